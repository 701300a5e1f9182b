/* SPDX-License-Identifier: MIT */
/*
 * Rows of the life of a call.  Order is the way of a call: what is recorded
 * goes forward only; a flow may come back to a prompt (engine/call.c holds the
 * legal transitions).
 * CALL_STATE(NAME, "word in database, JSON and panes")
 */
#ifndef CALL_STATE
#define CALL_STATE(n, w)
#endif
CALL_STATE(ARMED, "armed")               /* durable, not sent */
CALL_STATE(SENT, "sent")                 /* written to the switch */
CALL_STATE(RINGING, "ringing")
CALL_STATE(ANSWERED, "answered")
CALL_STATE(AMD, "amd")                   /* detection is running or done */
CALL_STATE(PLAYING, "playing")
CALL_STATE(WAITING_KEY, "waiting-key")
CALL_STATE(TRANSFERRING, "transferring") /* key pressed, looking for an agent */
CALL_STATE(CONNECTED, "connected")
CALL_STATE(VOICEMAIL, "voicemail")
CALL_STATE(UNKNOWN, "unknown")           /* link cut: the switch is being asked */
CALL_STATE(ENDED, "ended")
#undef CALL_STATE

/*
 * DISPOSITION(NAME, "word", final, retry_s)
 * final: the contact is not called again;  retry_s: default pause before the
 * next attempt where it is (campaign retry = { word = seconds; } overrides).
 */
#ifndef DISPOSITION
#define DISPOSITION(n, w, final, retry)
#endif
DISPOSITION(NONE, "", 0, 0)
DISPOSITION(CONNECTED, "connected", 1, 0)
DISPOSITION(COMPLETED, "completed", 1, 0) /* came to a goal of its flow */
DISPOSITION(ANSWERED_NO_KEY, "answered_no_key", 1, 0)
DISPOSITION(OPTED_OUT, "opted_out", 1, 0)
DISPOSITION(MACHINE, "machine", 0, 14400)
DISPOSITION(ABANDONED, "abandoned", 0, 86400)
DISPOSITION(NO_ANSWER, "no_answer", 0, 3600)
DISPOSITION(BUSY, "busy", 0, 600)
DISPOSITION(REJECTED, "rejected", 0, 14400)
DISPOSITION(INVALID_NUMBER, "invalid_number", 1, 0)
DISPOSITION(CONGESTION, "congestion", 0, 300)
DISPOSITION(FAILED, "failed", 0, 900)
DISPOSITION(CANCELLED, "cancelled", 0, 900)
DISPOSITION(LOST, "lost", 0, 3600)
#undef DISPOSITION
