/** The conversation with the tutor: everything said so far, what is being said, and the composer. */
import { usePaginatedQuery, type UsePaginatedQueryResult } from "convex/react";
import { api } from "../../../convex/_generated/api.js";
import { useClassroom } from "../classroom/classroomContext.ts";
import { Icon } from "../shell/Icon.tsx";
import { Loading } from "../shell/Loading.tsx";
import { usePageConfig } from "../shell/pageConfig.ts";
import { Composer } from "./Composer.tsx";
import { exchangesOf, isLive } from "./exchanges.ts";
import { ExchangeView } from "./ExchangeView.tsx";
import { StreamAnnouncer } from "./StreamAnnouncer.tsx";
import { useStickToEnd } from "./useStickToEnd.ts";
import type { Tutor } from "./useTutorLink.ts";
import "./conversation.css";

const TURNS_A_PAGE = 20;

interface ConversationProps {
  tutor: Tutor;
  selection: ReadonlySet<string>;
  onClearSelection: () => void;
  onShowDocuments: () => void;
}

export function Conversation(props: ConversationProps) {
  const { tutor, selection, onClearSelection, onShowDocuments } = props;
  const { sessionId, me, canWrite } = useClassroom();
  const history = usePaginatedQuery(
    api.turns.history.list,
    { sessionId },
    { initialNumItems: TURNS_A_PAGE },
  );
  const exchanges = exchangesOf({
    stored: history.results,
    live: tutor.tutor.turn,
    pending: tutor.pending,
    me,
  });
  const last = exchanges.at(-1);
  const live = exchanges.find(isLive);
  const { scroller, onScroll, stick } = useStickToEnd(
    `${exchanges.length} ${last?.answer.length ?? 0} ${last?.phase.kind ?? ""}`,
  );

  const ask = (text: string) => {
    tutor.link.ask(text, [...selection]);
    onClearSelection();
    stick();
  };

  return (
    <div className="conversation">
      <ExtractiveNotice />
      <div className="conversation-scroll" ref={scroller} onScroll={onScroll}>
        {history.status === "LoadingFirstPage" && exchanges.length === 0 && (
          <Loading what="the conversation" />
        )}
        <ShowEarlier
          status={history.status}
          onShow={() => {
            history.loadMore(TURNS_A_PAGE);
          }}
        />
        {history.status === "Exhausted" && exchanges.length === 0 && (
          <EmptyConversation onShowDocuments={onShowDocuments} />
        )}
        <ol className="exchanges" aria-label="Conversation">
          {exchanges.map((exchange) => (
            <ExchangeView
              key={exchange.key}
              exchange={exchange}
              onAskAgain={canWrite ? ask : undefined}
            />
          ))}
        </ol>
      </div>
      <StreamAnnouncer exchange={last} />
      <Composer
        text={tutor.draft}
        onText={tutor.setDraft}
        isWaiting={exchanges.some(({ phase }) => phase.kind === "sending")}
        liveTurnId={live?.turnId}
        onStop={tutor.link.stop}
        selectionCount={selection.size}
        onClearSelection={onClearSelection}
        onAsk={ask}
      />
    </div>
  );
}

interface ShowEarlierProps {
  status: UsePaginatedQueryResult<unknown>["status"];
  onShow: () => void;
}

function ShowEarlier({ status, onShow }: ShowEarlierProps) {
  if (status !== "CanLoadMore" && status !== "LoadingMore") return null;
  const isBusy = status === "LoadingMore";
  return (
    <button
      type="button"
      className="button button-small conversation-more"
      aria-disabled={isBusy}
      onClick={isBusy ? undefined : onShow}
    >
      {isBusy ? "Loading…" : "Show earlier"}
    </button>
  );
}

function ExtractiveNotice() {
  const { model } = usePageConfig();
  if (model.kind !== "extractive") return null;
  return (
    <p className="notice conversation-notice" role="note">
      No AI model is configured: answers are quotations from your documents.
    </p>
  );
}

function EmptyConversation({ onShowDocuments }: { onShowDocuments: () => void }) {
  const { canWrite } = useClassroom();
  return (
    <div className="empty">
      <Icon name="quote" size={30} />
      <h2>Nothing has been asked yet</h2>
      <p>
        {canWrite
          ? "Upload a document, then ask about it. Every answer shows the passages it rests on."
          : "What is asked and answered is shown here."}
      </p>
      {canWrite && (
        <button type="button" className="button" onClick={onShowDocuments}>
          <Icon name="upload" size={16} /> Upload a document
        </button>
      )}
    </div>
  );
}
