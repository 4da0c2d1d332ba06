import { describe, expect, test } from '@jest/globals';
import {
  reportRun,
  sayWhyEnded,
  sayWhyFailed,
  sayWhyUnfinished,
  statusText,
} from '../../../../lib/cli/follow/run-report.ts';
import { capturedOutput } from '../../../support/cli/captured-output.ts';
import { contextWith } from '../../../support/cli/context-with.ts';
import { RUN } from '../../../support/cli/run-samples.ts';

const CLI = 'npm run --silent cli -- --stage prod';

test.each([
  ['running', { status: 'running', ended: null }],
  ['incomplete', { status: 'finished', ended: 'unreadable' }],
  ['stopped', { status: 'stopped', ended: 'stopped' }],
  ['failed: ACCESS_DENIED', { status: 'failed', ended: 'given_up', code: 'ACCESS_DENIED' }],
  ['failed: ACCESS_DENIED, stopped', { status: 'failed', ended: 'stopped', code: 'ACCESS_DENIED' }],
] as const)('the status of a run is written "%s"', (text, status) => {
  expect(statusText({ code: null, ...status })).toBe(text);
});

test.each([
  [{ done: 20, total: 40 }, 'apply:p:1: running, 20 of 40: 3 unbound\n'],
  [{ done: 20, total: null, share: 0.439 }, 'apply:p:1: running, about 43%: 3 unbound\n'],
  [{ done: 20, total: null, share: null }, 'apply:p:1: running: 3 unbound\n'],
])('the line of a run shows %j', (progress, line) => {
  const { out, stdout } = capturedOutput();

  reportRun('acme', { ...RUN, counts: { unbound: 3 }, ...progress }, {}, out);

  expect(stdout()).toBe(line);
});

describe('why a run is not finished', () => {
  test.each([
    [{ kind: 'paused' }, `The portal is paused. To resume it: ${CLI} portal resume --portal acme`],
    [{ kind: 'stopped', code: 'PAYMENT_REQUIRED' }, `Then run: ${CLI} portal check --portal acme`],
    [{ kind: 'time' }, 'Not finished within the time to wait; the run continues.'],
    [{ kind: 'left' }, `To see its progress: ${CLI} cleanup status --portal acme --run apply:p:1`],
  ] as const)('%j is said with what to do', (why, text) => {
    const { out, stderr } = capturedOutput({ stage: 'prod' });

    sayWhyUnfinished('acme', { kind: 'unfinished', progress: RUN, why }, contextWith({}), out);

    expect(stderr()).toContain(text);
  });

  test('the local stack is mentioned only when it would work on the run', () => {
    const said = (kind: 'time' | 'paused') => {
      const { out, stderr } = capturedOutput({ home: 'x' });
      sayWhyUnfinished('acme', { kind: 'unfinished', progress: RUN, why: { kind } }, contextWith({}), out);
      return stderr();
    };

    expect(said('time')).toContain('UNBIND_HOME=x npm start -- --serve');
    expect(said('paused')).not.toContain('npm start');
  });
});

test.each([
  ['unreadable', 'To do the rest after that: RESUME'],
  ['stopped', 'Stopped; what is done stays done. To resume: RESUME'],
  ['rules_changed', 'To start over with the new ones: RESUME'],
  ['plan_gone', 'The plan no longer exists, so the run ended early.'],
] as const)('the end "%s" is explained', (ended, text) => {
  const { out, stderr } = capturedOutput();

  sayWhyEnded('acme', { ...RUN, ended }, 'RESUME', out);

  expect(stderr()).toContain(text);
});

test('a failed run says why and how to try again; any other says nothing', () => {
  const { out, stderr } = capturedOutput({ stage: 'prod' });

  sayWhyFailed('acme', RUN, out);
  expect(stderr()).toBe('');

  sayWhyFailed('acme', { ...RUN, phase: 'failed', ended: 'given_up', code: 'INTERNAL_ERROR' }, out);
  expect(stderr()).toContain('The run was given up: INTERNAL_ERROR: the job could not be planned');
  expect(stderr()).toContain(`To try again: ${CLI} failed redrive --portal acme --job apply:p:1`);
});
