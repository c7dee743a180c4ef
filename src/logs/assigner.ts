/**
 * Which process owns which partition. Kafka's consumer group is one; for the other logs leases in the store are.
 * Exactly-once does not rest on it: the store's epochs fence whoever is wrong about what it owns.
 */
export interface Assigner {
  /** Joins the other processes; from then on calls the handler. Rejects where it can't join at all. */
  join(handler: AssignmentHandler): Promise<void>;
  /** Whether the partition is still this process's, by an answer that was given after the call. */
  confirm(partition: number): Promise<boolean>;
  /** Why nothing may be assigned just now, one line each; empty while all is well. */
  readonly troubles: readonly string[];
  /** Gives everything back, so that others take over at once. The handler's partitions have been let go of before. */
  leave(): Promise<void>;
}

export interface AssignmentHandler {
  /**
   * The partition is this process's. `epoch` is above that of every assignment before it, as long as neither the group
   * nor the store has forgotten.
   */
  assigned(partition: number, epoch: number): void;
  /** It goes elsewhere: finish the batch under way. Resolves when nothing of it will be written any more. */
  revoked(partition: number): Promise<void>;
  /** It may be another's already: drop what is in memory and write nothing more. */
  lost(partition: number): void;
}
