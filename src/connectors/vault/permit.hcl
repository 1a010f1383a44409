# Which methods there are, and who may sign in by them.
path "sys/auth" { capabilities = ["read"] }
path "auth/+/role" { capabilities = ["list"] }
path "auth/+/role/+" { capabilities = ["read"] }
path "auth/+/roles" { capabilities = ["list"] }
path "auth/+/certs" { capabilities = ["list"] }
path "auth/+/certs/+" { capabilities = ["read"] }
path "auth/+/users" { capabilities = ["list"] }
path "auth/+/users/+" { capabilities = ["read"] }
path "auth/+/config" { capabilities = ["read"] }
# What policies allow.
path "sys/policies/acl" { capabilities = ["list"] }
path "sys/policies/acl/+" { capabilities = ["read"] }
# Who has signed in; one by one for the setting `entities`.
path "identity/entity/id" { capabilities = ["list"] }
path "identity/entity/id/+" { capabilities = ["read"] }
path "identity/group/id" { capabilities = ["list"] }
path "identity/group/id/+" { capabilities = ["read"] }
# For the setting `tokens` alone: this is a strong right.
#path "auth/token/accessors" { capabilities = ["list", "sudo"] }
#path "auth/token/lookup-accessor" { capabilities = ["update"] }
