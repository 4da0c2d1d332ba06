import type { Element } from '../bitrix24/crm/element.ts';

/** The latest change of a binding that was ours. */
export type LastChange = {
  /** The id of the command. */
  readonly command: string;
  readonly status: 'unbound' | 'bound';
  /** ms */
  readonly at: number;
};

/** Port: which command of ours changed a binding last. Implemented over DynamoDB; changes are forgotten after a month. */
export interface LastChanges {
  /** One consistent read of one item, however many outcomes there are; null: none is known. */
  lastChange(portal: string, activityId: number, element: Element): Promise<LastChange | null>;
}
