import { type AwsStores, awsStores } from '../aws/aws-stores.ts';
import { findQueueUrl } from '../aws/sqs/find-queue-url.ts';
import { systemClock } from '../clock.ts';
import { type Config, deployedConfig, localSettings, regionFromEnvironment } from '../config.ts';
import { withLocalStack } from '../local/local-stack.ts';
import { jsonLinesLog, type Log } from '../log.ts';

/** Which stack a command works on: a deployed stage, otherwise the local state. */
export type StackChoice = {
  readonly home?: string;
  readonly stage?: string;
  readonly region?: string;
  readonly verbose?: boolean;
};

export type OpenedStack = { readonly config: Config; readonly stores: AwsStores };

const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export async function openStack<T>(choice: StackChoice, use: (stack: OpenedStack) => Promise<T>): Promise<T> {
  return choice.stage === undefined
    ? await openLocal(choice, use)
    : await use(await deployedStack(choice.stage, choice.region));
}

/** A stack of the command's own answers at another port than the one that is served, so it names the latter. */
async function openLocal<T>(choice: StackChoice, use: (stack: OpenedStack) => Promise<T>): Promise<T> {
  const { home, port } = localSettings();
  const log = choice.verbose === true ? stderrLog : SILENT;
  const publicUrl = port === 0 ? {} : { publicUrl: `http://127.0.0.1:${port}` };
  return await withLocalStack({ home: choice.home ?? home, port: 0, log, ...publicUrl }, use);
}

const stderrLog = jsonLinesLog(
  (line) => void process.stderr.write(`${line}\n`),
  () => systemClock.now(),
);

async function deployedStack(stage: string, given: string | undefined): Promise<OpenedStack> {
  const region = given ?? regionFromEnvironment();
  if (region === null) throw new Error('The region of the stage is not known. Set AWS_REGION, or pass --region');
  const queueUrl = await findQueueUrl(stage, region);
  if (queueUrl === null) {
    throw new Error(`There is no stage ${stage} in ${region}. Deploy it, or pass the right --stage and --region`);
  }
  const config = deployedConfig({ stage, region, queueUrl });
  return { config, stores: awsStores(config) };
}
