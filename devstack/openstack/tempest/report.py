"""Says of a run of Tempest what passed, what was skipped and why, what failed.

    report.py DRIVER SECONDS EXCLUDED SUBUNIT [AGAIN]

    AGAIN    of a second run, of what failed in the first one: it counts

The last line is JSON; the exit status is 0 only if tests ran and none failed
to the end.
"""
import collections
import json
import os
import sys

import features
import outcomes


def excluded(path):
    """The lines of the exclusion list: pattern, reason."""
    if not os.path.exists(path):
        return
    with open(path) as lines:
        for line in lines:
            pattern, _, reason = line.partition('#')
            if pattern.strip():
                yield pattern.strip(), reason.strip()


def _in_full(rows):
    return ['%s\n%s' % (test, text) for test, _, text in rows]


def main():
    driver, seconds, exclusions, first, *again = sys.argv[1:]
    rows = sorted(outcomes.outcomes(first))
    failed_at_first = outcomes.failed(rows)
    for run in again:
        rows = sorted(outcomes.repeated(rows, outcomes.outcomes(run)))
    count = collections.Counter(outcome for _, outcome, _ in rows)
    by_reason = collections.defaultdict(list)
    for test, outcome, text in rows:
        if outcome == 'skipped':
            by_reason[text].append(test)
    print('Tempest with compute_driver = %s' % driver)
    for title, names in (
            ('FAILED', _in_full(outcomes.failed(rows))),
            ('FAILED AT FIRST, and was run again', _in_full(failed_at_first)),
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
        'failed_at_first': len(failed_at_first),
        'left_out': len(list(excluded(exclusions))),
        'seconds': int(seconds)}))
    return 0 if rows and not count['failed'] else 1


if __name__ == '__main__':
    sys.exit(main())
