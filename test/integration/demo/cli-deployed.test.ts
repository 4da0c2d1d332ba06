import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CliStage, openCliStage } from '../../support/stage/cli-stage.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** The local stack stands for AWS: the stage `local`, reached as the SDK's own variables say. */
let stage: CliStage;
beforeAll(async () => {
  stage = await openCliStage();
  await stage.addWebhook('deployed');
});
afterAll(() => stage.close());

type Ended = { readonly code: unknown; readonly stdout: string; readonly stderr: string };

function cli(environment: { readonly [name: string]: string }, ...args: string[]): Promise<Ended> {
  const { sqs, dynamodb, secretsManager } = stage.stack.config.localAws ?? {};
  const { AWS_REGION: _, AWS_DEFAULT_REGION: __, ...own } = process.env;
  const env = {
    ...own,
    AWS_ENDPOINT_URL_SQS: sqs,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    ...environment,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ['lib/cli/main.ts', ...args], { cwd: ROOT, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

const REGION = { AWS_REGION: 'eu-central-1' };

test('a command with --stage works on the deployed stack', async () => {
  const ran = await cli(REGION, '--stage', 'local', 'portal', 'list', '--json');

  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(ran.stdout)).toMatchObject({ portal: 'deployed', kind: 'webhook', state: 'active' });
});

/** The local SQS names a host that does not resolve, so a wake-up cannot be sent this way. */
test('a job is kept although its wake-up could not be sent', async () => {
  const unbind = ['unbind', '--portal', 'deployed', '--activity', '950', '--element', 'deal:1', '--wait', '0s'];

  const ran = await cli({}, '--stage', 'local', '--region', 'eu-central-1', ...unbind, '--json');

  expect(ran).toMatchObject({ code: 75, stderr: expect.stringContaining('The worker could not be woken') });
  const { id } = JSON.parse(ran.stdout);
  expect(await stage.stack.stores.jobs.read('deployed', id)).toMatchObject({ cause: expect.stringMatching(/^cli /) });
});

test.each([
  ['a stage that does not exist', REGION, 'There is no stage nowhere in eu-central-1'],
  ['a region that is not known', {}, 'Set AWS_REGION, or pass --region'],
])('%s ends with 1 and says what to do', async (_, environment, reason) => {
  const ran = await cli(environment, '--stage', 'nowhere', 'portal', 'list');

  expect(ran).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining(reason) });
});
