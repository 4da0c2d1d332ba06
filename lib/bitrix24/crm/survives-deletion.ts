import type { Element } from './element.ts';

const QUOTE = 7;

/**
 * Whether activities stay bound to such an element when it is deleted. Bitrix24 takes the bindings of all others away by
 * itself; quotes it forgets (B§2.3), and nobody sees the activity there any more.
 */
export const mayBeLeftBehind = ({ entityTypeId }: Pick<Element, 'entityTypeId'>): boolean => entityTypeId === QUOTE;
