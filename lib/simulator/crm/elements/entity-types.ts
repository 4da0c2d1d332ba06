/** A reference to the element that an activity is bound to (B§2.3). */
export type Ref = { readonly entityTypeId: number; readonly entityId: number };

export const LEAD = 1;
export const DEAL = 2;
export const CONTACT = 3;
export const COMPANY = 4;
export const QUOTE = 7;
export const SMART_INVOICE = 31;

export type EntityType = {
  readonly id: number;
  readonly name: string;
  readonly symbol: string;
  readonly short: string;
  /** Served by crm.item.* and subject to rights on elements. */
  readonly hasItems: boolean;
  /** document_id[1] of its workflows, and the start of document_id[2] (B§2.3, B§6.4); null: it has none. */
  readonly document: { readonly className: string; readonly prefix: string } | null;
};

const type = (
  id: number,
  name: string,
  symbol: string,
  short: string,
  hasItems: boolean,
  className: string | null,
): EntityType => ({
  id,
  name,
  symbol,
  short,
  hasItems,
  document: className === null ? null : { className, prefix: symbol },
});

const BIZPROC = 'Bitrix\\Crm\\Integration\\BizProc\\Document\\';

/** In the order of crm.enum.ownertype. */
export const SYSTEM_TYPES: readonly EntityType[] = [
  type(LEAD, 'Lead', 'LEAD', 'L', true, 'CCrmDocumentLead'),
  type(DEAL, 'Deal', 'DEAL', 'D', true, 'CCrmDocumentDeal'),
  type(CONTACT, 'Contact', 'CONTACT', 'C', true, 'CCrmDocumentContact'),
  type(COMPANY, 'Company', 'COMPANY', 'CO', true, 'CCrmDocumentCompany'),
  type(5, 'Invoice (old version)', 'INVOICE', 'I', false, null),
  type(SMART_INVOICE, 'Invoice', 'SMART_INVOICE', 'SI', true, `${BIZPROC}SmartInvoice`),
  type(QUOTE, 'Quote', 'QUOTE', 'Q', true, `${BIZPROC}Quote`),
  type(8, 'Details', 'REQUISITE', 'RQ', false, null),
  type(36, 'Document', 'SMART_DOCUMENT', 'DO', false, null),
  type(39, 'Company document', 'SMART_B2E_DOC', 'SBD', false, null),
];

/** A smart process type: ids 128–191 or from 1030 on; its symbols follow from the id (B§2.3). */
export const smartProcessType = (id: number, name: string): EntityType =>
  type(id, name, `DYNAMIC_${id}`, `T${id.toString(16)}`, true, `${BIZPROC}Dynamic`);

export const isSmartProcessId = (id: number): boolean => (id >= 128 && id <= 191) || id >= 1030;

const WORDS: { readonly [word: string]: number } = {
  lead: LEAD,
  deal: DEAL,
  contact: CONTACT,
  company: COMPANY,
  quote: QUOTE,
  invoice: SMART_INVOICE,
  smart_invoice: SMART_INVOICE,
};

/** `deal`, `smart_invoice`, `dynamic_147` or a number; throws on anything else: a seed with a typo must not load. */
export function entityTypeIdOf(word: string): number {
  const id = WORDS[word.toLowerCase()] ?? Number(/^(?:dynamic_)?(\d+)$/i.exec(word)?.[1] ?? Number.NaN);
  if (!Number.isInteger(id)) throw new Error(`unknown kind of element: ${word}`);
  return id;
}

/** `deal:1`, `147:5`, `dynamic_147:5` */
export function refOf(text: string): Ref {
  const [word = '', id = ''] = text.split(':');
  if (!/^\d+$/.test(id)) throw new Error(`not an element: ${text}`);
  return { entityTypeId: entityTypeIdOf(word), entityId: Number(id) };
}

export const refKey = ({ entityTypeId, entityId }: Ref): string => `${entityTypeId}:${entityId}`;

const TEXTS = new Map(Object.entries(WORDS).map(([word, id]) => [id, word]));

/** An element as a seed writes it: `deal:1`, `147:5`. */
export const refText = ({ entityTypeId, entityId }: Ref): string =>
  `${TEXTS.get(entityTypeId) ?? entityTypeId}:${entityId}`;

export const sameRef = (one: Ref, other: Ref): boolean =>
  one.entityTypeId === other.entityTypeId && one.entityId === other.entityId;

/** document_id[2] of an element's workflows: `DEAL_1`, `SMART_INVOICE_3`, `DYNAMIC_147_1` (B§6.4). */
export const documentName = ({ entityTypeId, entityId }: Ref): string => {
  const symbol = SYSTEM_TYPES.find(({ id }) => id === entityTypeId)?.symbol ?? `DYNAMIC_${entityTypeId}`;
  return `${symbol}_${entityId}`;
};
