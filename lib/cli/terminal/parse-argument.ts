import { InvalidArgumentError } from 'commander';
import type { Element } from '../../bitrix24/crm/element.ts';
import { parseElement, typeIdOf } from '../../bitrix24/crm/parse-element.ts';
import { parseId } from '../../bitrix24/crm/parse-id.ts';
import { type ExportFile, exportFile, exportProblem } from './export-rows.ts';
import { parseDuration } from './parse-duration.ts';

/** Parsers of option values. Their errors are shown together with the value, so they are not used for secrets. */
export const argument = {
  element: (text: string): Element =>
    accepted(parseElement(text), 'An element is written deal:1, lead:7, smart_invoice:3, dynamic_147:1 or 2:1.'),

  elementType: (text: string): number =>
    accepted(typeIdOf(text.toUpperCase()), 'A type is written deal, lead, contact, smart_invoice or dynamic_147.'),

  activity: (text: string): number => accepted(parseId(text), 'The id of an activity is a positive whole number.'),

  activities: (text: string, before: readonly number[] = []): readonly number[] => [...before, argument.activity(text)],

  duration: (text: string): number =>
    accepted(parseDuration(text), 'A duration is a whole number and ms, s, m, h or d, such as 60s or 1d.'),

  count: (text: string): number => accepted(parseId(text), 'It must be a positive whole number.'),

  /** The schedule starts anew each day. */
  minutes: (text: string): number => {
    const minutes = parseId(text);
    return accepted(minutes !== null && minutes <= 1_440 ? minutes : null, 'It must be a whole number from 1 to 1440.');
  },

  /** A file that cannot be written is reported before any work begins. */
  exportFile: (text: string): ExportFile => {
    const file = accepted(exportFile(text), 'The name has to end in .csv or .jsonl.');
    const problem = exportProblem(file.path);
    return accepted(problem === null ? file : null, problem ?? '');
  },

  plan: (text: string): string =>
    accepted(/^[\w-]{1,64}$/.test(text) ? text : null, 'The id of a plan is 1 to 64 letters, digits or dashes.'),

  memberId: (text: string): string =>
    accepted(
      /^[\w.-]{1,64}$/.test(text) ? text : null,
      'It must be 1 to 64 letters, digits, dots, dashes or underscores.',
    ),

  stage: (text: string): string =>
    accepted(/^[\w-]{1,32}$/.test(text) ? text : null, 'It must be 1 to 32 letters, digits, dashes or underscores.'),
};

function accepted<T>(value: T | null, problem: string): T {
  if (value === null) throw new InvalidArgumentError(problem);
  return value;
}
