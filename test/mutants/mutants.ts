import { CLEANUP_MUTANTS } from './cleanup-mutants.ts';
import type { Mutant } from './mutant.ts';
import { SERVING_MUTANTS } from './serving-mutants.ts';
import { WORKER_MUTANTS } from './worker-mutants.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'take a write of ours for that of another when its answer was lost',
    file: 'lib/aws/dynamodb/update-item.ts',
    from: 'if ((error.$metadata.attempts ?? 1) === 1) return null;',
    to: 'return null;',
    tests: ['test/unit/aws/lost-answers'],
  },
  {
    name: 'let a write that a store refuses for good end the serving',
    file: 'lib/worker/give-up-unstorable-jobs.ts',
    from: 'if (!deps.isLasting(error)) throw error;',
    to: 'throw error;',
    tests: ['test/integration/trouble/refused-writes'],
  },
  {
    name: 'stop a portal that was restarted meanwhile',
    file: 'lib/aws/dynamodb/dynamo-portals.ts',
    from: "restarts === undefined ? EXISTS : [...EXISTS, stillIs('restarts', restarts || null)]",
    to: 'EXISTS',
    tests: ['test/unit/aws/dynamodb/dynamo-portals'],
  },
  {
    name: 'believe the first read that a grant was not replaced',
    file: 'lib/portal/policy.ts',
    from: '[0, 1_000, 1_900]',
    to: '[0]',
    tests: ['test/unit/portal'],
  },
  {
    name: 'drop the intent: nothing is stored before a change is sent',
    file: 'lib/worker/request/send-request.ts',
    from: '    await ports.intents.write(openIntent.intent);\n',
    to: '',
    tests: ['test/integration/crash'],
  },
  {
    name: 'skip the fence: a new token pair is used without being stored',
    file: 'lib/portal/refresh-grant.ts',
    from: 'const written = await store.write(grant, replaces);',
    to: "const written = { grant, version: 'unstored' };",
    tests: ['test/unit/portal', 'test/unit/installation', 'test/integration/main-job'],
  },
  {
    name: 'retry a refusal',
    file: 'lib/bitrix24/rest/error-policy.ts',
    from: 'LAST_BINDING_CANNOT_BE_DELETED: OF_ACTIVITY',
    to: 'LAST_BINDING_CANNOT_BE_DELETED: PORTAL_TROUBLE',
    tests: ['test/unit/worker', 'test/integration/worker/refusals'],
  },
  {
    name: 'answer before the job is written',
    file: 'lib/inbound/accept-job.ts',
    from: '    await jobs[write](job, clock.now());\n',
    to: '    void jobs[write](job, clock.now()).catch(() => undefined);\n',
    tests: ['test/integration/bad-input'],
  },
  {
    name: 'compare the application token on a prefix only',
    file: 'lib/portal/verify-sender.ts',
    from: "timingSafeEqual(sha256(expected ?? ''), sha256(applicationToken))",
    to: "(expected ?? '').slice(0, 8) == applicationToken.slice(0, 8)",
    tests: ['test/integration/bad-input'],
  },
  {
    name: 'never look whether the lock is still ours',
    file: 'lib/worker/portal-lock.ts',
    from: '      if (until - clock.now() >= LOCK_MARGIN_MS) return;',
    to: '      return;',
    tests: ['test/unit/worker/portal-lock'],
  },
  {
    name: 'a busy worker does not notice that its portal was paused or uninstalled',
    file: 'lib/worker/serve-portal.ts',
    from: 'return state === null || state.paused || state.uninstalledAt !== undefined;',
    to: 'return state === null;',
    tests: ['test/unit/worker/serve-portal'],
  },
  {
    name: 'take the removal of another element for that of this one',
    file: 'lib/aws/dynamodb/dynamo-own-changes.ts',
    from: 'elementKey(element), { command, status, at }',
    to: "'2:1', { command, status, at }",
    tests: ['test/unit/aws/dynamodb/dynamo-own-changes'],
  },
  {
    name: 'send a change again at once when its bindings cannot be read',
    file: 'lib/worker/request/decide-attempt.ts',
    from: '    : goOn(attempt, { notBefore: attempt.certainAt ?? 0 });',
    to: "    : goOn(attempt, { state: 'fresh', notBefore: moment.now });",
    tests: ['test/unit/worker/request/decide-after-list'],
  },
  ...SERVING_MUTANTS,
  ...WORKER_MUTANTS,
  ...CLEANUP_MUTANTS,
];
