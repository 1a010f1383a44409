#!/usr/bin/env python3
"""Makes the embedded tables of permissions from the data beside the checkout.

usage: assets/privilege/generate.py DATA_FOLDER [OUT_FOLDER]

DATA_FOLDER holds one folder for each origin (see README.md here). The same input gives the same bytes.
"""
import gzip, os, sys


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
    return '\n'.join(lines) + '\n'


def main():
    data = sys.argv[1]
    out = sys.argv[2] if len(sys.argv) > 2 else os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(out, 'aws-actions.txt.gz'), 'wb') as file:
        # No time of making: the same facts are the same file.
        file.write(gzip.compress(aws_actions(data).encode(), 9, mtime=0))


main()
