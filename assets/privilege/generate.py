#!/usr/bin/env python3
"""Makes the embedded tables of permissions from the data beside the checkout.

usage: assets/privilege/generate.py DATA_FOLDER [OUT_FOLDER]

DATA_FOLDER holds one folder for each origin (see README.md here). Only facts are taken over: names, ids, tiers,
levels. The same input gives the same bytes.
"""
import gzip, json, os, sys


def aws_actions(data):
    """One line for each service, then one for each of its actions: name, access 0-4, 1 if it can be scoped."""
    lines, service = [], None
    with open(os.path.join(data, 'aws-iamdata', 'actions.tsv'), encoding='utf-8') as table:
        rows = sorted(line.rstrip('\n').split('\t') for line in table)
    for name, access, is_scopable in rows:
        owner, action = name.split(':', 1)
        if owner != service:
            service = owner
            lines.append(service)
        lines.append(f' {action} {access}{is_scopable}')
    return lines


def read(data, *path):
    with open(os.path.join(data, *path), encoding='utf-8-sig') as file:
        return json.load(file)


def tier(entry):
    """0, 1 or 2; `?` where the origin has not classified it."""
    value = str((entry or {}).get('EAMTierLevelTagValue'))
    return value if value in ('0', '1', '2') else '?'


def entra_permissions(data):
    """A permission of an application (A) or a delegated one (D), its tier, its id, its name."""
    rows = read(data, 'entra-tiers', 'Classification_ApiPermissions.json')
    lines = {f"{row['PermissionType'][0]}{tier(row)} {row['PermissionId']} {row['PermissionValue']}" for row in rows}
    return sorted(lines, key=lambda line: (line[40:].lower(), line))


def roles(data, *files):
    """One line for each role: id, tier, name; then one for each of its actions: tier, `d` for data, name."""
    lines = []
    rows = [row for file in files for row in read(data, 'entra-tiers', file)]
    for row in sorted(rows, key=lambda row: row['RoleName']):
        lines.append(f"{row['RoleId']} {tier(row.get('Classification'))} {row['RoleName'].strip()}")
        actions = set()
        for action in row['RolePermissions']:
            kind = 'd' if action.get('ActionType') == 'DataAction' else ''
            name = (action['AuthorizedResourceAction'] or '').strip()
            if name:
                actions.add((name.lower(), f' {tier(action)}{kind} {name}'))
        lines.extend(line for _, line in sorted(actions))
    return lines


def entra_roles(data):
    return roles(data, 'Classification_EntraIdDirectoryRoles.json', 'Classification_DeviceManagementRoles.json')


def azure_roles(data):
    return roles(data, 'Classification_AzureResources.json')


def okta_scopes(data):
    return sorted(read(data, 'okta', 'oauth-scopes.json'))


def google_scopes(data):
    return sorted(read(data, 'google-scopes', 'gws-discovery-scopes.json'))


TABLES = {
    'aws-actions.txt.gz': aws_actions,
    'entra-permissions.txt.gz': entra_permissions,
    'entra-roles.txt.gz': entra_roles,
    'azure-roles.txt.gz': azure_roles,
    'okta-scopes.txt': okta_scopes,
    'google-scopes.txt': google_scopes,
}


def main():
    data = sys.argv[1]
    out = sys.argv[2] if len(sys.argv) > 2 else os.path.dirname(os.path.abspath(__file__))
    for name, make in TABLES.items():
        text = ('\n'.join(make(data)) + '\n').encode()
        with open(os.path.join(out, name), 'wb') as file:
            # No time of making: the same facts are the same file.
            file.write(gzip.compress(text, 9, mtime=0) if name.endswith('.gz') else text)


main()
