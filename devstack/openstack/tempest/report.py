"""Says of a run of Tempest what passed, what was skipped and why, what failed.

    report.py DRIVER SUBUNIT SECONDS EXCLUDED

The last line is JSON; the exit status is 0 only if tests ran and none failed.
"""
import collections
import json
import os
import sys

import subunit
import testtools

import features

TITLES = {'success': 'passed', 'skip': 'skipped', 'fail': 'failed',
          'error': 'failed', 'inprogress': 'failed'}


def outcomes(path):
    """(test, outcome, reason or traceback), test by test."""
    found = []

    def remember(test):
        text = '\n'.join(detail.as_text() for name, detail in sorted(
            test['details'].items())
            if name in ('reason', 'traceback') or 'traceback' in name)
        if test['status'] in TITLES:
            found.append((test['id'], TITLES[test['status']], text.strip()))
    result = testtools.StreamToDict(remember)
    result.startTestRun()
    with open(path, 'rb') as stream:
        subunit.ByteStreamToStreamResult(
            stream, non_subunit_name='stdout').run(result)
    result.stopTestRun()
    return [row for row in found if row[0] != 'stdout']


def excluded(path):
    """The lines of the exclusion list: pattern, reason."""
    if not os.path.exists(path):
        return
    with open(path) as lines:
        for line in lines:
            pattern, _, reason = line.partition('#')
            if pattern.strip():
                yield pattern.strip(), reason.strip()


def main():
    driver, path, seconds, exclusions = sys.argv[1:]
    rows = sorted(outcomes(path))
    count = collections.Counter(outcome for _, outcome, _ in rows)
    by_reason = collections.defaultdict(list)
    for test, outcome, text in rows:
        if outcome == 'skipped':
            by_reason[text].append(test)
    print('Tempest with compute_driver = %s' % driver)
    for title, names in (('FAILED', [
            '%s\n%s' % (test, text) for test, outcome, text in rows
            if outcome == 'failed']),
            ('PASSED', [t for t, outcome, _ in rows if outcome == 'passed'])):
        print('\n%s' % title)
        for name in names:
            print('  ' + name.replace('\n', '\n      '))
    print('\nSKIPPED, by Tempest\'s reason')
    for reason, tests in sorted(by_reason.items()):
        print('  %s' % reason)
        for test in tests:
            print('      ' + test)
    print('\nSWITCHED OFF, and why')
    absent = dict(features.ABSENT, **features.ABSENT_IN.get(driver, {}))
    for feature, reason in sorted(absent.items()):
        print('  %-36s %s' % (feature, reason))
    print('\nLEFT OUT, and why')
    for pattern, reason in excluded(exclusions):
        print('  %s\n      %s' % (pattern, reason))
    print()
    print(json.dumps({
        'driver': driver, 'passed': count['passed'],
        'skipped': count['skipped'], 'failed': count['failed'],
        'left_out': len(list(excluded(exclusions))),
        'seconds': int(seconds)}))
    return 0 if rows and not count['failed'] else 1


if __name__ == '__main__':
    sys.exit(main())
