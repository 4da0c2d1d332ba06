import { expect, test } from '@jest/globals';
import { announceTriggers } from '../../../../lib/cli/rules/announce-triggers.ts';
import type { Grant } from '../../../../lib/portal/grant.ts';
import { capturedOutput } from '../../../support/cli/captured-output.ts';
import { contextWith } from '../../../support/cli/context-with.ts';

const WEBHOOK: Grant = { kind: 'webhook', memberId: 'acme', url: '', applicationToken: null };

async function announced(count: number, mode: 'plan' | 'apply', grant: Grant): Promise<string> {
  const { out, stderr } = capturedOutput({ stage: 'prod' });
  const deps = contextWith({
    runs: { settings: async () => ({ mode, minutes: 60 }) },
    grants: { read: async () => ({ grant, version: '1' }) },
  });
  await announceTriggers('acme', count, deps, out);
  return stderr();
}

test.each([
  [1, 'apply', 'token', 'From now on it is applied on events and by the schedule.'],
  [2, 'apply', 'token', 'From now on they are applied on events and by the schedule.'],
  [2, 'plan', 'token', 'From now on they are applied on events, which unbind at once. The schedule makes plans only.'],
  [1, 'apply', null, 'From now on the schedule applies it; events cannot arrive.'],
  [2, 'plan', null, 'From now on the schedule applies them, making plans only; events cannot arrive.'],
] as const)('%i rules, mode %s, outbound token %s: %s', async (count, mode, applicationToken, line) => {
  expect((await announced(count, mode, { ...WEBHOOK, applicationToken })).split('\n')[0]).toBe(line);
});

test('the way to receive events, and to see the effect, is a whole command', async () => {
  const said = await announced(1, 'apply', WEBHOOK);

  const cli = 'npm run --silent cli -- --stage prod';
  expect(said).toContain(`${cli} portal add --webhook URL --application-token TOKEN --member-id acme`);
  expect(said).toContain(`To see what it removes: ${cli} cleanup plan --portal acme`);
});
