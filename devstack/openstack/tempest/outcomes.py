"""What came of Tempest's tests.

    outcomes.py SUBUNIT

prints a regular expression for what failed in it, and nothing if nothing did.
"""
import re
import sys

import subunit
import testtools

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


def failed(rows):
    return [row for row in rows if row[1] == 'failed']


def pattern(test):
    """A regular expression for a test, as its outcome names it.

    A class whose setting up failed stands for all of its tests.
    """
    name = re.sub(r'^\w+ \((.*)\)$', r'\1', test.split('[')[0])
    return '^%s\\b' % re.escape(name)


def repeated(rows, again):
    """The outcomes, those of a second run instead of the first where it has
    any."""
    ran = {row[0] for row in again}

    def holds(test, outcome):
        if outcome == 'failed':
            return not any(re.search(pattern(test), other) for other in ran)
        return test not in ran
    return [row for row in rows if holds(*row[:2])] + again


if __name__ == '__main__':
    print('|'.join(sorted({
        pattern(row[0]) for row in failed(outcomes(sys.argv[1]))})))
