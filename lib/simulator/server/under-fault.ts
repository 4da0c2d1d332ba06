import type { Clock } from '../../clock.ts';
import type { Fault, FaultKind } from '../fault-script.ts';
import type { Answer, Exchange } from './exchange.ts';
import { htmlAnswer } from './exchange.ts';

/** Builds the answer of a fault that answers as the server itself. */
export type ErrorAnswer = (error: { code: string; description?: string; status?: number }) => Answer;

/** Ends the exchange as the fault demands; `hang` leaves it open until the client gives up. */
export function interrupt(exchange: Exchange, { kind }: Fault, errorAnswer: ErrorAnswer): void {
  if (kind === 'close') exchange.cut();
  else if (kind === 'hang') return;
  else if ('error' in kind) exchange.send(errorAnswer(kind.error));
  else if ('status' in kind) exchange.send(pageAnswer(kind));
}

function pageAnswer(kind: Extract<FaultKind, { readonly status: number }>): Answer {
  const page = htmlAnswer(kind.status, kind.body, kind.contentType);
  return kind.location === undefined ? page : { ...page, headers: { ...page.headers, location: kind.location } };
}

/**
 * Performs a whole request under a fault:
 *
 *   before          ×                    nothing was done
 *   after           ── done ── ×         done, the answer is lost or replaced
 *   after, late     × ··· late ··· done  PHP goes on working after the connection was cut (B§3)
 */
export async function performUnder(
  fault: Fault,
  exchange: Exchange,
  perform: () => Promise<Answer | null>,
  errorAnswer: ErrorAnswer,
  clock: Clock,
): Promise<void> {
  const { kind, when = 'before', late = 0 } = fault;
  if (typeof kind === 'object' && 'delayMs' in kind) {
    if (when === 'before') await clock.sleep(kind.delayMs);
    const answer = await perform();
    if (when === 'after') await clock.sleep(kind.delayMs);
    if (answer) exchange.send(answer);
    return;
  }
  if (when === 'before') {
    interrupt(exchange, fault, errorAnswer);
    return;
  }
  if (late > 0) {
    interrupt(exchange, fault, errorAnswer);
    await clock.sleep(late);
  }
  await perform();
  interrupt(exchange, fault, errorAnswer);
}
