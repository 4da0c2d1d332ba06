import { type Element, elementKey } from '../bitrix24/crm/element.ts';

export type Action = 'unbind' | 'bind';

/** One change of one binding that a job asks for. It ends in exactly one outcome under the same id. */
export type Command = {
  readonly id: string;
  readonly jobId: string;
  readonly action: Action;
  readonly activityId: number;
  readonly element: Element;
};

/** The id is deterministic, so that work done twice is recorded once (D§2). */
export function commandOf(jobId: string, action: Action, activityId: number, element: Element): Command {
  return { id: `${jobId}/${action}/${activityId}/${elementKey(element)}`, jobId, action, activityId, element };
}
