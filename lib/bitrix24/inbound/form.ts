/** A value of a form with PHP's brackets: a text or a group, nothing else. A list is a group with the names 0, 1, 2 … */
export type FormValue = string | Form;
/** Without a prototype, so that no name finds anything that was not sent. */
export type Form = { readonly [name: string]: FormValue };

/** The text under a path of names; undefined when there is nothing, or a group. */
export function textAt(form: Form, ...path: readonly string[]): string | undefined {
  let value: FormValue | undefined = form;
  for (const name of path) {
    if (typeof value !== 'object') return undefined;
    value = value[name];
  }
  return typeof value === 'string' ? value : undefined;
}

/** The group with this name; undefined when there is nothing, or a text. */
export function groupAt(form: Form, name: string): Form | undefined {
  const value = form[name];
  return typeof value === 'object' ? value : undefined;
}

/** The texts of a value, in order: one of a text, several of a list; undefined when there are groups among them. */
export function textsOf(value: FormValue): string[] | undefined {
  if (typeof value === 'string') return [value];
  const values = Object.values(value);
  const texts = values.filter((one) => typeof one === 'string');
  return texts.length === values.length ? texts : undefined;
}
