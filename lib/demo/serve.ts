import { systemClock } from '../clock.ts';
import { localSettings } from '../config.ts';
import { connectLocalStack, startLocalStack } from '../local/local-stack.ts';
import { jsonLinesLog } from '../log.ts';
import { isFree } from './is-free.ts';
import { untilStopped } from './until-stopped.ts';

/** Serves without the show and without the simulated portal, until it is told to stop. The state stays (D§10). */
export async function serve(): Promise<0 | 1> {
  const { home, port } = localSettings();
  const running = await connectLocalStack(home);
  if (running !== null) {
    console.error(`Another process serves ${home} already, at ${running.url}. UNBIND_HOME chooses another folder`);
    return 1;
  }
  if (!(await isFree(port))) {
    console.error(`Port ${port} is taken. Set PORT to another one; with PORT=0 any free one is used`);
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
