import type { Element } from './element.ts';

/** B§2.3 */
const QUOTE = 7;

/**
 * Whether activities stay bound to an element of this type when it is deleted. Today the answer is yes for quotes alone,
 * whose bindings Bitrix24's old code forgets. B§11 1 is not followed yet: Bitrix24 cleans up later, so bindings to a
 * deleted element of any type can be left behind for a while, quotes included (B§2.3).
 */
export const leavesBindingsBehind = ({ entityTypeId }: Pick<Element, 'entityTypeId'>): boolean =>
  entityTypeId === QUOTE;
