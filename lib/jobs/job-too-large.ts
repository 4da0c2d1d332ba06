import { MOST_JOB_BYTES } from './policy.ts';

/** A job that cannot be stored, whoever tries it and how often. */
export class JobTooLarge extends Error {
  constructor(bytes: number) {
    const [is, may] = [bytes, MOST_JOB_BYTES].map((size) => Math.ceil(size / 1024));
    super(`The job takes ${is} KB, and ${may} KB can be stored: ask for fewer activities, outcomes or rules at a time`);
    this.name = 'JobTooLarge';
  }
}
