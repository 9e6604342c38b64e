/* A client as people have it: the session of src/client, with an archive, on the main loop. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-keys.h"
#include "bench-process.h"
#include "chat-session.h"

G_BEGIN_DECLS

typedef struct
{
  ChatSession *session;
  guint n_delivered;
  guint n_unreadable; /* of those delivered */
  guint n_acknowledged;
  gboolean caught_up;
  gint64 n_missed; /* what it has caught up on, as the server says */

  guint beat;          /* a timer that fires all the time */
  gint64 last_beat;
  gint64 longest_turn; /* of the main loop between two beats, in microseconds */
} BenchSession;

BenchSession *bench_session_new (BenchProcess *server, BenchKeys *keys, BenchUser *user,
                                 const char *archive_folder);
void bench_session_free (BenchSession *self);

void bench_session_join (BenchSession *self);
void bench_session_say (BenchSession *self, guint n); /* one at a time */
void bench_session_leave (BenchSession *self);

void bench_session_watch_turns (BenchSession *self);
double bench_session_get_longest_turn (BenchSession *self); /* ms */

G_END_DECLS
