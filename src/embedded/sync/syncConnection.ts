/**
 * One client on one socket: the main loop of the sync protocol. Messages are handled in the order in which
 * they came; whatever changes what the client should see asks for a Transition, of which one at a
 * time is computed on the newest commit.
 *
 * CN1 Transitions chain: each starts at the version at which the last one ended, and `ts` never falls.
 * CN2 The answer to a mutation is sent before any Transition that holds its effects, and a Transition
 *     that holds them always follows, even with nothing to say.
 * CN3 A client's own fault that it would repeat ends in FatalError; everything else only closes the
 *     socket, since clients come back by themselves.
 */
import { inComponent } from "../functions/functionPath.ts";
import { InvalidTokenError } from "../auth/verifyToken.ts";
import type { FunctionCall, MutationCall, RequestMetadata } from "../functions/functionCall.ts";
import type { FunctionRunner } from "../functions/functionRunner.ts";
import { DatabaseError } from "../store/databaseError.ts";
import type {
  AuthenticateMessage,
  ClientMessage,
  ConnectMessage,
  RequestMessage,
} from "./clientMessages.ts";
import { parseClientMessage } from "./clientMessages.ts";
import type { LiveQueries } from "./liveQueries.ts";
import type { MemoryBudget } from "./memoryBudget.ts";
import { MutationQueue } from "./mutationQueue.ts";
import { QuerySet } from "./querySet.ts";
import * as frames from "./serverMessages.ts";
import { AuthFault, Overload, ProtocolFault } from "./socketFault.ts";
import { SocketIdentity, type SocketAuth } from "./socketIdentity.ts";
import type { SocketOutbox } from "./socketOutbox.ts";
import { chunkTransition } from "./transitionChunks.ts";
import { decodeTimestamp } from "./wireTimestamp.ts";

const MAX_RUNNING_ACTIONS = 1000;
const INTERNAL_ERROR = 1011;
const TRY_AGAIN_LATER = 1013;

export type SyncConnectionDeps = {
  outbox: SocketOutbox;
  live: LiveQueries;
  runner: Pick<FunctionRunner, "runMutation" | "runAction">;
  auth: SocketAuth;
  request: RequestMetadata;
  budget: MemoryBudget;
  /** From the client's version. */
  canChunk: boolean;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Faults of the engine, never of the client or of its functions. */
  onError: (error: unknown) => void;
};

export class SyncConnection {
  readonly #deps: SyncConnectionDeps;
  readonly #identity: SocketIdentity;
  readonly #queries: QuerySet;
  readonly #mutations: MutationQueue;
  #sessionId: string | null = null;
  #clientClockSkewMs: number | undefined;
  #maxObservedTs = 0;
  #version: frames.StateVersion = { querySet: 0, identity: 0, ts: 0 };
  #versionText = frames.versionText(this.#version);
  #runningActions = 0;
  #isUpdateNeeded = false;
  #isUpdating = false;
  #isClosed = false;

  constructor(deps: SyncConnectionDeps) {
    this.#deps = deps;
    this.#identity = new SocketIdentity(deps.auth, deps.now);
    this.#queries = new QuerySet(deps, () => {
      this.#needUpdate();
    });
    this.#mutations = new MutationQueue((id, call) => this.#runMutation(id, call), deps.budget);
  }

  /** True once the client has said which session it continues. */
  get isConnected(): boolean {
    return this.#sessionId !== null;
  }

  /** Handles one frame. The next one must wait for the promise; it never rejects. */
  async receive(frame: string): Promise<void> {
    if (this.#isClosed) return;
    try {
      const parsed = parseClientMessage(frame);
      if (!parsed.ok) throw new ProtocolFault(parsed.reason);
      await this.#handle(parsed.message, frame.length);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The socket is gone: nothing more is sent, and what has not begun does not begin. */
  close(): void {
    this.#isClosed = true;
    this.#queries.close();
    this.#mutations.clear();
  }

  async #handle(message: ClientMessage, chars: number): Promise<void> {
    if (message.type === "Connect") {
      this.#connect(message);
      return;
    }
    if (this.#sessionId === null) throw new ProtocolFault("The first message must be Connect");
    switch (message.type) {
      case "ModifyQuerySet":
        this.#queries.modify(message, chars);
        this.#needUpdate();
        break;
      case "Mutation":
        this.#queueMutation(message, this.#sessionId, chars);
        break;
      case "Action":
        this.#startAction(message, chars);
        break;
      case "Authenticate":
        await this.#authenticate(message);
        break;
      case "Event":
        break;
    }
  }

  #connect(message: ConnectMessage): void {
    if (this.#sessionId !== null) throw new ProtocolFault("Connect may be sent only once");
    const observed = message.maxObservedTimestamp;
    const observedTs = observed === undefined ? 0 : decodeTimestamp(observed);
    if (observedTs === null) throw new ProtocolFault("maxObservedTimestamp is malformed");
    this.#maxObservedTs = observedTs;
    this.#sessionId = message.sessionId;
    if (message.clientTs !== undefined) {
      this.#clientClockSkewMs = message.clientTs - this.#deps.now();
    }
  }

  async #authenticate(message: AuthenticateMessage): Promise<void> {
    const { version } = this.#identity;
    if (message.baseVersion !== version) {
      throw new ProtocolFault(
        `BaseVersionMismatch: identity base version ${message.baseVersion} does not match ${version}`,
      );
    }
    try {
      await this.#identity.authenticate(message);
    } catch (error) {
      if (!(error instanceof InvalidTokenError)) throw error;
      throw new AuthFault(error.message, true);
    }
    this.#needUpdate();
  }

  #queueMutation(message: RequestMessage, sessionId: string, chars: number): void {
    this.#requireFreshToken();
    const { requestId } = message;
    const call = { ...this.#call(message), sessionRequest: { sessionId, requestId } };
    this.#mutations.push(requestId, call, chars);
  }

  async #runMutation(requestId: number, call: MutationCall): Promise<void> {
    try {
      const outcome = await this.#deps.runner.runMutation(call);
      const response = frames.responseFrame("MutationResponse", requestId, outcome);
      if (outcome.ok && !this.#isUpdating) this.#deps.outbox.sendWithNext(response);
      else this.#deps.outbox.send(response);
      if (outcome.ok) this.#needUpdate(); // CN2: the client waits for it
    } catch (error) {
      this.#fail(error);
    }
  }

  #startAction(message: RequestMessage, chars: number): void {
    this.#requireFreshToken();
    if (this.#runningActions >= MAX_RUNNING_ACTIONS) throw new Overload("too many actions run");
    this.#deps.budget.take(chars);
    this.#runningActions += 1;
    this.#runAction(message)
      .catch((error: unknown) => {
        this.#fail(error);
      })
      .finally(() => {
        this.#runningActions -= 1;
        this.#deps.budget.giveBack(chars);
      });
  }

  async #runAction(message: RequestMessage): Promise<void> {
    const outcome = await this.#deps.runner.runAction(this.#call(message));
    this.#deps.outbox.send(frames.responseFrame("ActionResponse", message.requestId, outcome));
  }

  #call(message: RequestMessage): FunctionCall {
    const { args } = message;
    const path = inComponent(message.componentPath ?? "", message.udfPath);
    return { path, args, identity: this.#identity.current, request: this.#deps.request };
  }

  #needUpdate(): void {
    if (this.#isUpdateNeeded) return; // already on its way
    this.#isUpdateNeeded = true;
    this.#scheduleUpdate();
  }

  #scheduleUpdate(): void {
    if (!this.#isUpdateNeeded || this.#isUpdating || this.#isClosed) return;
    // In a later turn, and never sooner: by then the answers to all mutations whose commits the
    // snapshot will hold have been sent (CN2), and what else changed in this turn is one Transition.
    setImmediate(() => void this.#update());
  }

  async #update(): Promise<void> {
    if (this.#isUpdating || this.#isClosed) return;
    const { outbox } = this.#deps;
    if (outbox.isBusy) {
      outbox.release();
      outbox.whenDrained(() => void this.#update());
      return;
    }
    this.#isUpdating = true;
    this.#isUpdateNeeded = false;
    try {
      this.#requireFreshToken();
      await this.#sendTransition();
    } catch (error) {
      // A new schema leaves no snapshot older than itself; the next one is good again.
      if (isSnapshotGone(error)) this.#isUpdateNeeded = true;
      else this.#fail(error);
    }
    this.#isUpdating = false;
    this.#scheduleUpdate();
  }

  async #sendTransition(): Promise<void> {
    const { live, outbox, now, canChunk } = this.#deps;
    const identity = this.#identity.version;
    if (identity !== this.#version.identity) this.#queries.changeIdentity(this.#identity.current);
    const querySet = this.#queries.version;
    this.#queries.apply(this.#identity.current);
    const snapshot = live.openSnapshot();
    try {
      if (snapshot.ts < this.#maxObservedTs) {
        throw new Error("the client has seen a later timestamp than this engine ever gave");
      }
      if (this.#queries.isStale) outbox.release(); // running them may take its time
      const modifications = await this.#queries.refresh(snapshot);
      if (!outbox.isOpen) return;
      const endVersion = { querySet, identity, ts: snapshot.ts };
      const endText = frames.versionText(endVersion);
      const transition = frames.transitionFrame({
        startVersion: this.#versionText,
        endVersion: endText,
        modifications,
        clientClockSkewMs: this.#clientClockSkewMs,
        serverTs: now() * 1000,
      });
      this.#version = endVersion;
      this.#versionText = endText;
      outbox.sendTransition(canChunk ? chunkTransition(transition) : [transition]);
    } finally {
      snapshot.close();
    }
  }

  #requireFreshToken(): void {
    if (this.#identity.isExpired) throw new AuthFault("The token has expired", false);
  }

  /** Ends the socket in the way that tells the client what to do next (CN3). */
  #fail(error: unknown): void {
    if (this.#isClosed) return;
    const { outbox, onError } = this.#deps;
    this.close();
    if (error instanceof ProtocolFault) {
      outbox.send(frames.fatalErrorFrame(error.message));
      outbox.close();
    } else if (error instanceof AuthFault) {
      const { identity } = this.#version;
      outbox.send(frames.authErrorFrame(error.message, identity, error.isUpdate));
      outbox.close();
    } else if (error instanceof Overload) {
      outbox.close(TRY_AGAIN_LATER, `TooManyConcurrentRequests: ${error.message}`);
    } else {
      onError(error);
      outbox.close(INTERNAL_ERROR, "InternalServerError: the request could not be completed");
    }
  }
}

function isSnapshotGone(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "SNAPSHOT_TOO_OLD";
}
