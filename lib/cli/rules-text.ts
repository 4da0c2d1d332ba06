/** Rules as a JSON list. People may write one rule a line; whatever is neither is left as it is: reading it says what is wrong. */
export function rulesText(text: string): string {
  if (!text.trimStart().startsWith('{')) return text;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const list = isJson(text) ? `[${text}]` : `[${lines.join(',')}]`;
  return isJson(list) ? list : text;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
