import { elementTypeName } from '../../cleanup/rules/element-type.ts';
import type { Rule } from '../../cleanup/rules/rule.ts';
import { closestWord } from '../terminal/closest-word.ts';

const TYPES = ['call', 'email', 'meeting', 'todo', 'task'];
/** As Bitrix24 writes them: CRM_TODO, VOXIMPLANT_CALL, IMOPENLINES_SESSION (B§2.2). */
const PROVIDER_ID = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** What is allowed, but may not be what was meant. */
export const ruleWarnings = (rules: readonly Rule[]): string[] =>
  rules.flatMap((rule) => [
    ...unconditional(rule),
    ...rule.activities.types.flatMap((type) => unknownType(rule, type)),
  ]);

function unconditional({ name, element, when, activities }: Rule): string[] {
  const { alsoBoundTo, ...ofElement } = when;
  const { types, ...ofActivity } = activities;
  const conditions = [...Object.values(ofElement), ...Object.values(ofActivity), ...alsoBoundTo, ...types];
  if (conditions.some((condition) => condition !== undefined)) return [];
  const type = elementTypeName(element);
  return [
    `Rule "${name}" has no condition: it unbinds every activity from every ${type}, as long as another binding remains`,
  ];
}

function unknownType({ name }: Rule, type: string): string[] {
  if (TYPES.includes(type.toLowerCase()) || PROVIDER_ID.test(type)) return [];
  const meant = closestWord(type, TYPES);
  const known = meant === null ? `known types are ${TYPES.join(', ')}` : `did you mean ${meant}?`;
  return [`Rule "${name}", field "activities.types": "${type}" is taken for a provider id, such as CRM_TODO; ${known}`];
}
