const DECLARATIONS = [
  /^\s*(?:export )?(?:declare )?type (\w+)/gm,
  /^\s*(?:export )?interface (\w+)/gm,
  /^\s*(?:export )?(?:abstract )?class (\w+)/gm,
  /^\s*(?:export )?(?:default )?(?:async )?function\*? ?(\w+)/gm,
  // An arrow function, its parameters or its type on the same line or the next.
  /^\s*(?:export )?const (\w+)(?:: [^=\n]+)? =\s*(?:async )?(?:<[^>\n]+>)?(?:\([^()]*(?:\([^()]*\)[^()]*)*\)(?:: [^=\n]+)? =>|\w+ =>)/gm,
];

/** The names of the types, interfaces, classes and functions that a source text declares, arrow functions included. */
export const declaredNames = (source: string): string[] =>
  DECLARATIONS.flatMap((pattern) => [...source.matchAll(pattern)].map(([, name = '']) => name));

/** `DynamoOwnChanges`, `dynamo-own-changes.ts` and `DYNAMO_OWN_CHANGES` as words: `dynamo own changes`. */
export const wordsOf = (name: string): string =>
  name
    .replace(/\.(test|soak)?\.?\w+$/, '')
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, ' ')
    .trim();
