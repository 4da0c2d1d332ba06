/** The tests of the adapters, and suites of the whole product that lean on its stores: on DynamoDB Local. */
export const SUITES = [
  'test/unit/aws/',
  'test/integration/main-job',
  'test/integration/worker/broken-jobs',
  'test/integration/worker/coalesced-events',
  'test/integration/worker/failed-jobs',
  'test/integration/worker/grants-in-doubt',
  'test/integration/worker/lanes',
  'test/integration/worker/large-jobs',
  'test/integration/worker/last-changes',
  'test/integration/worker/lost-answers',
  'test/integration/worker/refusals',
  'test/integration/trouble/refused-writes',
  'test/integration/worker/stale-plans',
  'test/integration/trouble/troubled-portal',
  'test/integration/worker/wake-ups',
  'test/integration/worker/workflow-answers',
  'test/integration/cleanup/apply-windows',
  'test/integration/cleanup/changes-at-once',
  'test/integration/cleanup/own-changes',
  'test/integration/cleanup/plan-pages',
  'test/integration/cleanup/runs',
  'test/integration/cleanup/sweeps',
  'test/integration/cleanup/which-rule',
  'test/integration/cleanup-cli/status',
  'test/integration/cleanup-cli/undo-plan',
  'test/integration/installation/install',
  'test/integration/installation/late-uninstall',
  'test/integration/installation/registration',
  'test/integration/installation/uninstall',
  'test/faults/storm-of-robots',
];

/**
 * With moto for SQS and Secrets Manager. The whole product is not among these: the local function host looks into its queue
 * through a page that only the local SQS has.
 */
export const MOTO_SUITES = [
  'test/unit/aws/create-local-stage',
  'test/unit/aws/secrets',
  'test/unit/aws/sqs/count-dead-letters',
  'test/unit/aws/sqs/find-queue-url',
  'test/unit/aws/sqs/sqs-poller',
];

/** Tests of what moto does otherwise than AWS says; test/support/README.md tells what. */
export const NOT_BY_MOTO = [
  'a secret that is scheduled for deletion cannot be read, nor created again',
  'a secret is set whether it is missing, there, or scheduled for deletion',
  'deletes the grant, and twice is fine',
  'leaves a recovery window in which a new grant restores the secret',
  'of two that restore at the same time exactly one wins',
  'what a stranger stored meanwhile is current again after our write',
];
