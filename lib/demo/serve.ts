import { systemClock } from '../clock.ts';
import { localSettings } from '../config.ts';
import { connectLocalStack, startLocalStack } from '../local/local-stack.ts';
import { jsonLinesLog } from '../log.ts';
import { isFree } from './is-free.ts';
import { untilStopped } from './until-stopped.ts';

/** Serves without the demo and without the simulated portal, until it is stopped. The state is kept (D§10). */
export async function serve(): Promise<0 | 1> {
  const { home, port } = localSettings();
  const running = await connectLocalStack(home);
  if (running !== null) {
    console.error(`Another process already serves ${home}, at ${running.url}. Set UNBIND_HOME to use another folder`);
    return 1;
  }
  if (!(await isFree(port))) {
    console.error(`Port ${port} is in use. Set PORT to another one, or to 0 for any free one`);
    return 1;
  }
  const stopped = untilStopped();
  const log = jsonLinesLog(
    (line) => void process.stderr.write(`${line}\n`),
    () => systemClock.now(),
  );
  const stack = await startLocalStack({ home, port, log });
  console.log(`ready ${stack.url}`);

  await stopped;
  await stack.close();
  return 0;
}
