/** How events reach their handlers (B§5.1, Appendix A): once each, twice each, never, or the latest first. */
export type DeliveryMode = 'normal' | 'duplicate' | 'lost' | 'unordered';

/** One POST that was made, without its body, which holds tokens. */
export type Delivery = {
  readonly url: string;
  readonly name: string;
  /** The handler's HTTP status; null if it did not answer. */
  readonly status: number | null;
};

type Post = { readonly url: string; readonly name: string; readonly body: string };

/** Events that are held back, in the order in which they were queued. */
type Delay = { readonly isMeant: (post: Pick<Post, 'url' | 'name'>) => boolean; readonly posts: Post[] };

/** Not documented (B§5.1); short, because a test's handler may hang. */
const TIME_OUT_MS = 10_000;

/** The OAuth server's queue of calls to handlers (B§5.1): asynchronous; it repeats nothing, whatever the handler answers. */
export class PostQueue {
  mode: DeliveryMode = 'normal';
  /** POSTs in progress at the same time. With 1, `mode` determines the order; with more the order is undefined. */
  atOnce = 1;
  readonly deliveries: Delivery[] = [];
  readonly #waiting: Post[] = [];
  readonly #delays = new Set<Delay>();
  #running = 0;
  #idle: (() => void)[] = [];

  /** Queues one event. */
  add(post: Post): void {
    if (this.mode === 'lost') return;
    const line = [...this.#delays].find(({ isMeant }) => isMeant(post))?.posts ?? this.#waiting;
    line.push(post);
    if (this.mode === 'duplicate') line.push(post);
    setImmediate(() => this.#work());
  }

  /**
   * Holds back what is queued from now on and matches, until the returned function is called: Bitrix24 promises neither an
   * order nor a time (B§5.1). `settled` does not wait for what is held back.
   */
  delay(isMeant: Delay['isMeant']): () => void {
    const delay: Delay = { isMeant, posts: [] };
    this.#delays.add(delay);
    return () => {
      this.#delays.delete(delay);
      this.#waiting.push(...delay.posts.splice(0));
      setImmediate(() => this.#work());
    };
  }

  /** Resolves when everything queued so far, and everything that follows from it, has been sent. */
  async settled(): Promise<void> {
    if (this.#waiting.length === 0 && this.#running === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Discards what has not been sent. */
  drop(): void {
    this.#waiting.length = 0;
    for (const { posts } of this.#delays) posts.length = 0;
    this.#release();
  }

  /** Sends immediately, bypassing the queue. */
  async post({ url, name, body }: Post): Promise<Delivery> {
    const delivery = { url, name, status: await statusOf(url, body) };
    this.deliveries.push(delivery);
    return delivery;
  }

  #work(): void {
    while (this.#running < this.atOnce) {
      const next = this.mode === 'unordered' ? this.#waiting.pop() : this.#waiting.shift();
      if (next === undefined) break;
      this.#running += 1;
      void this.post(next).finally(() => {
        this.#running -= 1;
        this.#work();
        this.#release();
      });
    }
  }

  #release(): void {
    if (this.#waiting.length > 0 || this.#running > 0) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }
}

async function statusOf(url: string, body: string): Promise<number | null> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'Bitrix24 Webhook Engine' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIME_OUT_MS),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return null; // Bitrix24 does nothing about a missing answer (B§5.1)
  }
}
