import * as z from 'zod/mini';
import { typeIdOf } from '../../bitrix24/crm/parse-element.ts';

/** B§2.3: lead, deal, contact, company, quote, smart invoice; smart processes have ids from 128 on. */
const NAMES: { readonly [typeId: number]: string } = {
  1: 'lead',
  2: 'deal',
  3: 'contact',
  4: 'company',
  7: 'quote',
  31: 'smart_invoice',
};
const LEAST_DYNAMIC = 128;

const isServed = (typeId: number): boolean => Object.hasOwn(NAMES, typeId) || typeId >= LEAST_DYNAMIC;

export const ELEMENT_TYPES = `${Object.values(NAMES).join(', ')} or dynamic_<type id>`;

/** The type as a rule writes it. */
export const elementTypeName = (typeId: number): string => NAMES[typeId] ?? `dynamic_${typeId}`;

/** Reads the type of an element from its name (`deal`, `smart_invoice`, `dynamic_147`) and keeps its id. */
export const elementType = z.pipe(
  z.string(),
  z.transform((name, context) => {
    const typeId = typeIdOf(name.toUpperCase());
    if (typeId !== null && isServed(typeId)) return typeId;
    context.issues.push({ code: 'custom', message: 'unknown type', input: name });
    return z.NEVER;
  }),
);

/** Contacts and companies are never won or lost (B§2.3). */
export const hasStages = (typeId: number): boolean => typeId !== 3 && typeId !== 4;

/** Quotes have no field for that (crm/lib/Service/Factory/Quote.php of the published server source). */
export const tellsWhenClosed = (typeId: number): boolean => hasStages(typeId) && typeId !== 7;

/** Deals, smart invoices and smart processes. */
export const hasPipelines = (typeId: number): boolean => typeId === 2 || typeId === 31 || typeId >= LEAST_DYNAMIC;
