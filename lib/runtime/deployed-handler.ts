import type { Context } from 'aws-lambda';
import { powertoolsLog } from '../aws/lambda/powertools-log.ts';
import { systemClock } from '../clock.ts';
import { configFromEnvironment, inLambda } from '../config.ts';
import type { Runtime } from './runtime.ts';

export type LambdaHandler<Event, Result> = (event: Event, context: Context) => Promise<Result>;

/**
 * The handler of a deployed function. In Lambda it is wired while the module loads, when the processor is fast and costs
 * nothing; elsewhere it is wired on the first call, so the module can be loaded without the environment of a deployed
 * stack.
 */
export function deployedHandler<Event, Result>(
  wire: (runtime: Runtime) => LambdaHandler<Event, Result>,
): LambdaHandler<Event, Result> {
  let wired = inLambda() ? wire(deployedRuntime()) : null;
  return (event, context) => {
    wired ??= wire(deployedRuntime());
    return wired(event, context);
  };
}

function deployedRuntime(): Runtime {
  const config = configFromEnvironment();
  return { config, log: powertoolsLog(config.stage), clock: systemClock };
}
