/** Shows the passing messages: news politely, problems as alerts. */
import { useSyncExternalStore } from "react";
import { Icon } from "./Icon.tsx";
import { dismissToast, holdToast, onToastsChange, readToasts, releaseToast } from "./toastStore.ts";

export function Toasts() {
  const toasts = useSyncExternalStore(onToastsChange, readToasts);
  return (
    <section className="toasts" aria-label="Notifications">
      {toasts.map((toast) => (
        <div
          key={toast.toastId}
          className={`toast toast-${toast.kind}`}
          role={toast.kind === "problem" ? "alert" : "status"}
          onPointerEnter={() => holdToast(toast.toastId)}
          onPointerLeave={() => releaseToast(toast)}
          onFocus={() => holdToast(toast.toastId)}
          onBlur={() => releaseToast(toast)}
        >
          <p>{toast.text}</p>
          {toast.action && (
            <button
              type="button"
              onClick={() => {
                dismissToast(toast.toastId);
                toast.action?.run();
              }}
            >
              {toast.action.label}
            </button>
          )}
          <button type="button" aria-label="Dismiss" onClick={() => dismissToast(toast.toastId)}>
            <Icon name="close" size={15} />
          </button>
        </div>
      ))}
    </section>
  );
}
