import type { Element } from '../crm/element.ts';
import { typeIdOf } from '../crm/parse-element.ts';
import { parseId } from '../crm/parse-id.ts';

/** B§6.4. Anchored: `SMART_INVOICE_3` and `DYNAMIC_147_1` both hold two underscores. */
const DOCUMENT = /^(LEAD|DEAL|CONTACT|COMPANY|QUOTE|SMART_INVOICE|DYNAMIC_\d{1,16})_(\d{1,16})$/;

/** The element that a workflow runs on: `[module, class, id]`; null for documents of other modules than CRM. */
export function parseDocumentId([module, , id]: readonly string[]): Element | null {
  const match = module === 'crm' && id !== undefined ? DOCUMENT.exec(id) : null;
  const entityTypeId = match === null ? null : typeIdOf(match[1] ?? '');
  const entityId = match === null ? null : parseId(match[2]);
  return entityTypeId === null || entityId === null ? null : { entityTypeId, entityId };
}
