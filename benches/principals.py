#!/usr/bin/env python3
"""Scales an AWS account-authorization-details file to COUNT principals, the same for every run.

usage: benches/principals.py BASE COUNT > OUT

Users, roles and groups stand 45 : 45 : 10. The policies of BASE are kept once each; every third principal gets
a managed policy of its own and every seventh an inline one, whose statements are drawn from the actions that
BASE uses. Names, ids and ARNs are unique. Needs Python's standard library only.
"""
import copy, json, random, sys

ACCOUNT = '111122223333'
ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'


def listed(value):
    return value if isinstance(value, list) else [value]


def actions(base):
    """Every action that a policy of the base file names."""
    documents = [v['Document'] for p in base['Policies'] for v in p['PolicyVersionList'] if v.get('IsDefaultVersion')]
    found = {a for d in documents for s in listed(d['Statement']) for a in listed(s.get('Action', []))}
    return sorted(found)


def key(prefix, number):
    text = ''
    for _ in range(16):
        text, number = ALPHABET[number % 32] + text, number // 32
    return prefix + text


class Account:
    """Writes principals one after the other from one stream of chance."""

    def __init__(self, base):
        self.chance, self.actions = random.Random(7), actions(base)
        self.policies = copy.deepcopy(base['Policies'])

    def date(self):
        r = self.chance.randint
        return f'20{r(16, 25):02}-{r(1, 12):02}-{r(1, 28):02} {r(0, 23):02}:{r(0, 59):02}:{r(0, 59):02}+00:00'

    def document(self):
        c = self.chance
        statements = [{
            'Effect': 'Deny' if c.random() < .04 else 'Allow',
            'Action': c.sample(self.actions, c.randint(1, 5)),
            'Resource': '*' if c.random() < .55 else f'arn:aws:s3:::bucket-{c.randrange(10**6):06}/*',
        } for _ in range(c.choice((1, 1, 2, 3, 5)))]
        return {'Version': '2012-10-17', 'Statement': statements}

    def managed(self, number):
        name = f'synthetic-{number:06}'
        arn = f'arn:aws:iam::{ACCOUNT}:policy/{name}'
        version = {'Document': self.document(), 'VersionId': 'v1', 'IsDefaultVersion': True, 'CreateDate': self.date()}
        self.policies.append({
            'PolicyName': name, 'PolicyId': key('ANPA', number), 'Arn': arn, 'Path': '/', 'DefaultVersionId': 'v1',
            'AttachmentCount': 1, 'PermissionsBoundaryUsageCount': 0, 'IsAttachable': True,
            'CreateDate': self.date(), 'UpdateDate': self.date(), 'PolicyVersionList': [version],
        })
        return {'PolicyName': name, 'PolicyArn': arn}

    def principal(self, kind, number, prefix):
        c = self.chance
        known = c.choice(self.policies)
        attached = [{'PolicyName': known['PolicyName'], 'PolicyArn': known['Arn']}]
        if number % 3 == 0:
            attached.append(self.managed(number))
        name = f'{kind.lower()}-{number:06}'
        inline = [{'PolicyName': 'inline', 'PolicyDocument': self.document()}] if number % 7 == 0 else []
        return name, {
            'Path': '/', f'{kind}Name': name, f'{kind}Id': key(prefix, number),
            'Arn': f'arn:aws:iam::{ACCOUNT}:{kind.lower()}/{name}', 'CreateDate': self.date(),
            'AttachedManagedPolicies': attached, f'{kind}PolicyList': inline,
        }


def main():
    with open(sys.argv[1], encoding='utf-8-sig') as file:
        base = json.load(file)
    count, account = int(sys.argv[2]), Account(base)
    groups, users, roles = [], [], []
    for number in range(count // 10):
        groups.append(account.principal('Group', number, 'AGPA')[1])
    for number in range(count // 10, count * 55 // 100):
        _, user = account.principal('User', number, 'AIDA')
        user['GroupList'] = [account.chance.choice(groups)['GroupName']] if groups and number % 2 else []
        users.append({**user, 'Tags': [{'Key': 'owner', 'Value': f'team-{number % 40}'}] if number % 4 == 0 else []})
    for number in range(count * 55 // 100, count):
        _, role = account.principal('Role', number, 'AROA')
        service = account.chance.choice(('ec2', 'lambda', 'ecs-tasks', 'bedrock'))
        trust = {'Effect': 'Allow', 'Principal': {'Service': f'{service}.amazonaws.com'}, 'Action': 'sts:AssumeRole'}
        used = {'LastUsedDate': account.date(), 'Region': 'eu-west-1'} if number % 3 else {}
        roles.append({**role, 'AssumeRolePolicyDocument': {'Version': '2012-10-17', 'Statement': [trust]},
                      'InstanceProfileList': [], 'RoleLastUsed': used, 'Tags': []})
    json.dump({'UserDetailList': users, 'GroupDetailList': groups, 'RoleDetailList': roles,
               'Policies': account.policies}, sys.stdout)


if __name__ == '__main__':
    main()
