/** Port: wake-ups, without content. Implemented over SQS FIFO with the portal as the message group (D§2). */
export interface WakeUpQueue {
  send(portal: string): Promise<void>;
  /**
   * Keeps a bell that was received hidden for so many more seconds, at most 12 h; 0: it is heard at once. False: there is no
   * such bell any more, or not in our hands.
   */
  hide(receiptHandle: string, seconds: number): Promise<boolean>;
  /** Gives a bell back as heard. */
  remove(receiptHandle: string): Promise<void>;
}
