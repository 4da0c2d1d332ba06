import type { MethodError } from '../method.ts';
import type { Settings } from '../settings.ts';
import type { Answer } from './exchange.ts';
import type { Operating } from './operating-time.ts';

export type TimeBlock = { readonly [field: string]: number | string };

/** The portal's time zone: Moscow, as in the documented samples. */
const OFFSET_MINUTES = 180;

/** `2026-08-20T12:52:22+03:00`, as PHP's date('c'). */
export function phpDate(ms: number): string {
  return new Date(ms + OFFSET_MINUTES * 60_000).toISOString().replace(/\.\d+Z$/, '+03:00');
}

/** The `time` object of B§1.2; times in ms. */
export function timeBlock(
  { time }: Pick<Settings, 'time'>,
  run: { readonly startedAt: number; readonly finishedAt: number; readonly processing: number },
  used: Operating,
): TimeBlock {
  const unix = (ms: number): number => (time.wholeSeconds ? Math.floor(ms / 1000) : ms / 1000);
  const resetAt = time.resetAt === 'iso' ? phpDate(used.resetAt * 1000) : used.resetAt;
  return {
    start: unix(run.startedAt),
    finish: unix(run.finishedAt),
    duration: (run.finishedAt - run.startedAt) / 1000,
    processing: run.processing / 1000,
    date_start: phpDate(run.startedAt),
    date_finish: phpDate(run.finishedAt),
    ...(time.operating && time.resetAt !== 'absent' ? { operating_reset_at: resetAt } : {}),
    ...(time.operating ? { operating: used.operating } : {}),
  };
}

/** B§1.3: no `time`, and possibly more keys than the two. */
export const errorBody = (error: MethodError, { errorExtras }: Pick<Settings, 'errorExtras'>): ErrorBody => ({
  error: error.code,
  error_description: error.message,
  ...error.extra,
  ...errorExtras,
});

export type ErrorBody = { readonly error: string; readonly error_description: string };

const COMMON_HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'origin, content-type, accept',
  'x-content-type-options': 'nosniff',
};

/** The headers of B§1.1; a webhook has no application to name. */
export const restHeaders = (clientId: string | null, processingMs: number): { readonly [name: string]: string } => ({
  ...COMMON_HEADERS,
  ...(clientId === null ? {} : { 'x-bitrix-rest-application': clientId }),
  'x-bitrix-rest-time': (processingMs / 1000).toFixed(10),
  'x-bitrix-rest-user-time': (processingMs / 2000).toFixed(10),
  'x-bitrix-rest-system-time': (0).toFixed(10),
});

export const jsonAnswer = (status: number, value: unknown, headers: Answer['headers'] = COMMON_HEADERS): Answer => ({
  status,
  headers,
  body: JSON.stringify(value),
  errorCode: null,
});

export function errorAnswer(error: MethodError, settings: Pick<Settings, 'errorExtras'>): Answer {
  return { ...jsonAnswer(error.status, errorBody(error, settings)), errorCode: error.code };
}
