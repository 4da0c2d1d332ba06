import { expect, test } from '@jest/globals';
import { cleanupShow, knownPlan, planRecord, showPlan } from '../../../../lib/cli/cleanup/show-plan.ts';
import { capturedJson, capturedOutput } from '../../../support/cli/captured-output.ts';
import { contextWith } from '../../../support/cli/context-with.ts';
import { PLAN } from '../../../support/cli/plan-sample.ts';

const ITEMS = [1, 2, 3].map((activityId) => ({
  activityId,
  element: { entityTypeId: 2, entityId: 1 },
  rule: 'lost-deals',
}));

const deps = contextWith({
  portals: { read: async () => ({ portal: 'acme' }) as never },
  plans: { read: async (_, id) => (id === 'p' ? PLAN : null), page: async () => ({ items: ITEMS, next: null }) },
  jobs: { read: async () => null },
});
const ARGS = { portal: 'acme', plan: 'p' };

test('programs get the plan, then all its items', async () => {
  const { out, stdout } = capturedJson();

  expect(await showPlan(PLAN, { ...ARGS, more: { extra: true } }, deps, out)).toBe(true);

  const [plan, ...items] = stdout()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(plan).toEqual({ ...planRecord('acme', PLAN), extra: true });
  expect(items).toHaveLength(3);
});

test('people get one line about the plan, and as many items as they want', async () => {
  const { out, stdout, stderr } = capturedOutput();

  await showPlan({ ...PLAN, done: 1, spared: 2 }, { ...ARGS, limit: 2 }, deps, out);

  expect(stdout().split('\n')[0]).toBe(
    'plan p, ready, started 2026-11-24 03:00:00: 40 activities checked, 3 bindings to remove (3 lost-deals), 1 of them done, 2 exempt',
  );
  expect(stdout().trim().split('\n')).toHaveLength(4);
  expect(stderr()).toContain('These are the first 2.');
});

test('a rule that matched nothing is told apart from one that the plan was not made by', async () => {
  const { out, stderr } = capturedOutput();

  expect(await cleanupShow(deps, { ...ARGS, rule: ['old-leads'] }, out)).toBe(0);
  expect(stderr()).toBe('No item of the plan passes the filter.\n');
  expect(await cleanupShow(deps, { ...ARGS, rule: ['old-lead'] }, out)).toBe(1);
  expect(stderr()).toContain('There is no rule old-lead. Did you mean old-leads?');
});

test('a plan that does not exist is reported with the way to list the others', async () => {
  const { out, stderr } = capturedOutput({ stage: 'prod' });

  expect(await knownPlan('acme', 'x', deps, out)).toBeNull();
  expect(stderr()).toContain('npm run --silent cli -- --stage prod cleanup plans --portal acme');
});
