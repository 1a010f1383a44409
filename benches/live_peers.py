"""Live systems for measurements: each is started on a port of its own, filled with many objects, and ended at the end.

Every one says how it is set up as a source, and by which command its maker's own client reads the same.
"""
import glob, http.client, json, os, shutil, socket, ssl, subprocess, sys, time
from concurrent.futures import ThreadPoolExecutor

import peer

NOBODY = 65534
PASSWORD = 'canary-live-beside'
SPECS = os.path.join(peer.ROOT, '..', 'shared', 'specs', 'scim')
START = 120  # seconds that a peer may take to start


def port():
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        return free.getsockname()[1]


def installed(name, program):
    """A program of a peer that tests/peers installed."""
    path = os.path.join(peer.target(), 'peers', name, 'bin', program)
    return path if os.path.exists(path) else None


def program(name):
    return shutil.which(name, path=os.environ.get('PATH', '') + ':/usr/sbin:/sbin')


class Missing(Exception):
    """The peer is not installed."""


class Peer:
    """A system that runs."""
    # The connector, what it is, the word of its objects, what its own client is called.
    connector = title = word = client_title = None

    def __init__(self, folder, count):
        self.folder, self.count, self.port, self.children = folder, count, port(), []
        os.makedirs(folder)

    def spawn(self, command, ready=None, **more):
        """Starts a part of it and waits until it listens."""
        log = open(os.path.join(self.folder, 'log'), 'ab')
        child = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **more)
        self.children.append(child)
        begun = time.monotonic()
        while True:
            try:
                socket.create_connection(('127.0.0.1', ready or self.port)).close()
                return
            except OSError:
                if child.poll() is not None or time.monotonic() - begun > START:
                    raise Missing(f'{self.title} does not start') from None
                time.sleep(0.05)

    def post(self, path, objects, headers, connect=http.client.HTTPConnection, **more):
        """Sends objects one after the other over one connection."""
        line = connect('127.0.0.1', self.port, **more)
        for one in objects:
            line.request('POST', path, json.dumps(one), {'Content-Type': 'application/json', **headers})
            answer = line.getresponse()
            said = answer.read()
            if answer.status >= 300:
                raise OSError(f'{self.title}: {path}: {answer.status} {said[:200]}')

    def end(self):
        for child in reversed(self.children):
            child.kill()
            child.wait()


class Scim(Peer):
    connector, title, word, client_title = 'scim', 'scim2-server', 'users', 'Python over HTTP'

    def start(self):
        server = installed('scim', 'scim2-server')
        if not server or not os.path.isdir(SPECS):
            raise Missing('scim2-server is not installed')
        self.spawn([os.path.join(os.path.dirname(server), 'python'), server, '--port', str(self.port), '--bearer-token',
                    PASSWORD, '--schema', os.path.join(SPECS, 'scim-schemas.json'), '--resource-type',
                    os.path.join(SPECS, 'scim-rt.json')])
        schema = ['urn:ietf:params:scim:schemas:core:2.0:User']
        users = ({'schemas': schema, 'userName': f'u{at}@x.example', 'active': True,
                  'name': {'givenName': 'U', 'familyName': f'N{at}'}, 'emails': [{'value': f'u{at}@x.example'}]}
                 for at in range(self.count))
        self.post('/v2/Users', users, {'Authorization': f'Bearer {PASSWORD}'})

    def settings(self):
        return [f'address=http://127.0.0.1:{self.port}/v2', 'token=env:S_LIVE']

    def client(self):
        script = ('import http.client, json\n'
                  f'line, seen = http.client.HTTPConnection("127.0.0.1", {self.port}), 0\n'
                  f'while seen < {self.count}:\n'
                  '    line.request("GET", f"/v2/Users?startIndex={seen + 1}&count=500", headers='
                  f'{{"Authorization": "Bearer {PASSWORD}"}})\n'
                  '    seen += len(json.loads(line.getresponse().read())["Resources"])\n')
        return [sys.executable, '-c', script]


class Ldap(Peer):
    connector, title, word, client_title = 'ldap', 'OpenLDAP', 'entries', 'ldapsearch'
    suffix, admin = 'dc=corp,dc=example', 'cn=admin,dc=corp,dc=example'

    def start(self):
        slapd, slapadd = program('slapd'), program('slapadd')
        if not slapd:
            raise Missing('slapd is not installed')
        self.write('slapd.conf', '\n'.join(
            [f'include /etc/ldap/schema/{schema}.schema' for schema in ('core', 'cosine', 'inetorgperson', 'nis')] +
            ['modulepath /usr/lib/ldap', 'moduleload back_mdb', 'sizelimit size.soft=500 size.hard=500 size.prtotal=unlimited',
             'database mdb', f'suffix "{self.suffix}"', f'rootdn "{self.admin}"', f'rootpw {PASSWORD}',
             f'directory {self.folder}/db', 'maxsize 1073741824', 'index objectClass,uid eq', '']))
        top = (f'dn: {self.suffix}\nobjectClass: dcObject\nobjectClass: organization\no: Corp\ndc: corp\n\n'
               f'dn: ou=people,{self.suffix}\nobjectClass: organizationalUnit\nou: people\n\n')
        self.write('entries.ldif', top + ''.join(
            f'dn: uid=p{at},ou=people,{self.suffix}\nobjectClass: inetOrgPerson\nuid: p{at}\ncn: p{at}\nsn: p{at}\n'
            f'givenName: p{at}\nmail: p{at}@corp.example\n\n' for at in range(self.count)))
        os.mkdir(os.path.join(self.folder, 'db'))
        subprocess.run([slapadd, '-q', '-f', 'slapd.conf', '-l', 'entries.ldif'], cwd=self.folder, check=True)
        self.spawn([slapd, '-f', 'slapd.conf', '-h', f'ldap://127.0.0.1:{self.port}/', '-d', '0'])

    def write(self, name, text):
        with open(os.path.join(self.folder, name), 'w') as file:
            file.write(text)

    def settings(self):
        return [f'address=ldap://127.0.0.1:{self.port}', f'user={self.admin}', 'password=env:S_LIVE']

    def client(self):
        return ['ldapsearch', '-x', '-LLL', '-H', f'ldap://127.0.0.1:{self.port}', '-D', self.admin, '-w', PASSWORD, '-b',
                self.suffix, '-E', 'pr=500/noprompt', '(objectClass=inetOrgPerson)', '*', '+']


class Sql(Peer):
    """A database server that refuses to run as root."""
    word = 'rows'

    def spawn_unprivileged(self, command):
        self.spawn(command, **self.unprivileged())

    def unprivileged(self):
        if os.geteuid() != 0:
            return {}
        os.chown(self.folder, NOBODY, NOBODY)
        return {'user': NOBODY, 'group': NOBODY, 'extra_groups': []}

    def done(self, command, **more):
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, **more)
        if done.returncode != 0:
            raise OSError(f'{self.title}: {done.stderr[:300]}')

    def until_ready(self, statement):
        begun = time.monotonic()
        while True:
            try:
                return self.done(self.ask(statement), env=self.env())
            except OSError:
                if time.monotonic() - begun > START:
                    raise
                time.sleep(0.1)

    def settings(self):
        query = 'identities=select login as id, mail as email from people'
        return [f'address={self.scheme}://127.0.0.1:{self.port}/{self.database}', 'user=reader', 'password=env:S_LIVE', query]


class Postgres(Sql):
    connector, title, client_title = 'sql', 'PostgreSQL', 'psql'
    scheme, database = 'postgres', 'postgres'

    def start(self):
        found = sorted(glob.glob('/usr/lib/postgresql/*/bin/initdb'))
        if not found:
            raise Missing('PostgreSQL is not installed')
        place, data = os.path.dirname(found[-1]), os.path.join(self.folder, 'data')
        self.done([os.path.join(place, 'initdb'), '--no-sync', '--auth=trust', '--username=reader', '-D', data],
                  **self.unprivileged())
        self.spawn_unprivileged([os.path.join(place, 'postgres'), '-D', data, '-p', str(self.port), '-c',
                                 'listen_addresses=127.0.0.1', '-c', 'fsync=off', '-c',
                                 f'unix_socket_directories={self.folder}'])
        self.until_ready('create table people as select \'p\' || i as login, \'p\' || i || \'@corp.example\' as mail '
                         f'from generate_series(1, {self.count}) i')

    def env(self):
        return dict(os.environ, PGPASSWORD=PASSWORD)

    def ask(self, statement):
        return ['psql', '-h', '127.0.0.1', '-p', str(self.port), '-U', 'reader', '-d', 'postgres', '-qAt', '-c', statement]

    def client(self):
        return self.ask('select login, mail from people')


class MariaDb(Sql):
    connector, title, client_title = 'sql', 'MariaDB', 'mariadb'
    scheme, database = 'mysql', 'hr'

    def start(self):
        server = program('mariadbd')
        if not server:
            raise Missing('MariaDB is not installed')
        data = os.path.join(self.folder, 'data')
        self.done(['mariadb-install-db', '--no-defaults', '--auth-root-authentication-method=normal', '--skip-test-db',
                   f'--datadir={data}'], **self.unprivileged())
        self.spawn_unprivileged([server, '--no-defaults', f'--datadir={data}', f'--socket={self.folder}/socket',
                                 f'--port={self.port}', '--bind-address=127.0.0.1', '--innodb-flush-log-at-trx-commit=0'])
        self.until_ready('select 1')
        self.done(self.ask("create database hr; use hr; create table people as select concat('p', seq) as login, "
                           f"concat('p', seq, '@corp.example') as mail from seq_1_to_{self.count}; create user reader@'127.0.0.1' "
                           f"identified by '{PASSWORD}'; grant select on hr.* to reader@'127.0.0.1'"))

    def env(self):
        return os.environ

    def ask(self, statement):
        return ['mariadb', '--no-defaults', '-u', 'root', f'--socket={self.folder}/socket', '--batch', '--quick', '-e', statement]

    def client(self):
        return ['mariadb', '--no-defaults', '-h', '127.0.0.1', '-P', str(self.port), '-u', 'reader', f'-p{PASSWORD}',
                '--batch', '--quick', '-e', 'select login, mail from hr.people']


class Aws(Peer):
    connector, title, word, client_title = 'aws', 'moto', 'roles', 'boto3'
    prelude = '''
import boto3, json, os
def client(name):
    return boto3.client(name, region_name='us-east-1', endpoint_url='http://127.0.0.1:%d', aws_access_key_id='testing',
                        aws_secret_access_key='testing')
iam = client('iam')
'''
    made = '''
trust = json.dumps({'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Principal': {'Service': 'lambda.amazonaws.com'}, 'Action': 'sts:AssumeRole'}]})
for at in range(%d): iam.create_role(RoleName=f'r{at}', AssumeRolePolicyDocument=trust)
'''
    read = '''
import time
client('sts').get_caller_identity()
while iam.generate_credential_report()['State'] != 'COMPLETE': time.sleep(0.2)
iam.get_credential_report()
seen = sum(len(page['RoleDetailList']) for page in iam.get_paginator('get_account_authorization_details').paginate())
client('bedrock-agent').list_agents()
'''

    def start(self):
        server = installed('aws', 'moto_server')
        if not server:
            raise Missing('moto is not installed')
        self.python = os.path.join(os.path.dirname(server), 'python')
        self.spawn([self.python, '-c', f'from moto.server import main; main(["-H", "127.0.0.1", "-p", "{self.port}"])'])
        subprocess.run([self.python, '-c', self.prelude % self.port + self.made % self.count], check=True)

    def settings(self):
        return [f'address=http://127.0.0.1:{self.port}', 'credentials=env:S_KEYS']

    def client(self):
        return [self.python, '-c', self.prelude % self.port + self.read]


class Kubernetes(Peer):
    connector, title, word, client_title = 'kubernetes', 'kube-apiserver', 'accounts', 'kubectl'
    kinds = 'serviceaccounts,pods,roles,rolebindings,clusterroles,clusterrolebindings'

    def start(self):
        if not installed('kubernetes', 'kube-apiserver'):
            raise Missing('Kubernetes is not built')
        store, peers = port(), port()
        self.key()
        with open(os.path.join(self.folder, 'tokens.csv'), 'w') as tokens:
            tokens.write(f'{PASSWORD},admin,admin,system:masters\n')
        at = f'http://127.0.0.1:{store}'
        self.spawn([installed('kubernetes', 'etcd'), '--data-dir', 'data', '--listen-client-urls', at, '--advertise-client-urls',
                    at, '--listen-peer-urls', f'http://127.0.0.1:{peers}', '--unsafe-no-fsync'], store)
        self.spawn([installed('kubernetes', 'kube-apiserver'), f'--etcd-servers={at}', f'--secure-port={self.port}',
                    '--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', '--cert-dir=certs',
                    '--token-auth-file=tokens.csv', '--authorization-mode=RBAC', '--service-account-key-file=sa.key',
                    '--service-account-signing-key-file=sa.key', '--service-account-issuer=https://kubernetes.default.svc',
                    '--service-cluster-ip-range=10.0.0.0/24', '--disable-admission-plugins=ServiceAccount',
                    '--endpoint-reconciler-type=none'])
        self.until_ready()
        token = {'Authorization': f'Bearer {PASSWORD}'}
        secure = {'connect': http.client.HTTPSConnection, 'context': ssl._create_unverified_context()}
        self.post('/api/v1/namespaces', [{'metadata': {'name': 'shop'}}], token, **secure)
        parts = [[{'metadata': {'name': f'sa{at}'}} for at in range(part, self.count, 8)] for part in range(8)]
        with ThreadPoolExecutor(8) as senders:
            list(senders.map(lambda part: self.post('/api/v1/namespaces/shop/serviceaccounts', part, token, **secure), parts))

    def key(self):
        subprocess.run(['openssl', 'genrsa', '-out', 'sa.key', '2048'], cwd=self.folder, check=True, capture_output=True)

    def until_ready(self):
        begun = time.monotonic()
        while True:
            line = http.client.HTTPSConnection('127.0.0.1', self.port, context=ssl._create_unverified_context())
            line.request('GET', '/readyz', headers={'Authorization': f'Bearer {PASSWORD}'})
            if line.getresponse().status == 200:
                return
            if time.monotonic() - begun > START:
                raise Missing('the cluster does not get ready')
            time.sleep(0.1)

    def settings(self):
        return [f'address=https://127.0.0.1:{self.port}', f'ca={self.folder}/certs/apiserver.crt', 'token=env:S_LIVE']

    def client(self):
        return [installed('kubernetes', 'kubectl'), '--server', f'https://127.0.0.1:{self.port}', '--token', PASSWORD,
                '--kubeconfig', '/dev/null', '--certificate-authority', f'{self.folder}/certs/apiserver.crt', 'get', '-A', '-o',
                'json', self.kinds]
