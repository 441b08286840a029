/**
 * Who is on a socket and what they may do there. The gateway proves it and keeps it current; rooms
 * only read it. Loss of access and expiry are the gateway's business: it closes the socket itself,
 * so a room never sees a principal that may no longer be there.
 */
export const ROLES = ["owner", "teacher", "student", "observer"] as const;
export type Role = (typeof ROLES)[number];

export interface SessionSettings {
  interactionMode: "chat_only" | "chat_and_whiteboard";
  /** Whether students may change or delete what the tutor drew. */
  studentsMayEditAssistantObjects: boolean;
  /** Whether students may change or delete what other people drew. */
  studentsMayEditOthersObjects: boolean;
}

export interface Principal {
  userId: string;
  loginId: string;
  /** As shown to others in the session. */
  name: string;
  sessionId: string;
  role: Role;
  settings: SessionSettings;
  /** When the access token ends, ms since epoch. */
  expiresAt: number;
}

export interface PrincipalListener {
  principalChanged(principal: Principal): void;
}

export interface PrincipalWatch {
  current(): Principal;
  /** Sets the one listener, which is told each new state (role, settings) until the socket closes. */
  onChange(listener: PrincipalListener): void;
}
