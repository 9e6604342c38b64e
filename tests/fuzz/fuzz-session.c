/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-limits.h"
#include "chat-session-private.h"
#include "fuzz-keys.h"
#include "fuzz-link.h"
#include "fuzz.h"

#include <string.h>

/* A client of a server that says anything. Each line of an input is
 *
 *   n JSON                     a notice
 *   m SEQ FROM MID CLAIMS      a message; the claims, in JSON, are signed by whom they name
 *   h SEQ FROM MID CLAIMS      the same out of the history
 *   s TEXT, d TEXT             the person sends it, to the room or to bob
 *   q, l                       asks for the history, leaves
 *   r                          the connection is lost, and another one begins
 *
 * where $ stands for keys as in fuzz-keys.h, and @1 for the mid of the first message that was
 * sent. */

#define MAX_LINES 60
/* Each is signed, which takes most of the time. */
#define MAX_SENT 2

typedef struct
{
  ChatSession *session;
  ChatPoller *poller;
  GPtrArray *sent; /* (element-type utf8): mids */
} Stay;

static void
begin_connection (Stay *self)
{
  ChatSession *session = self->session;

  if (session->link != NULL || chat_session_is_over (session))
    return;

  session->generation++;
  session_set_state (session, CHAT_SESSION_CONNECTING);
  session->link = fuzz_link_new (self->poller, session->server_key);
  chat_outbox_begin (session->outbox, session->generation);
  session_set_state (session, CHAT_SESSION_JOINING);
}

static void
lose_connection (Stay *self)
{
  g_autoptr (GError) error =
      g_error_new_literal (CHAT_LINK_ERROR, CHAT_LINK_ERROR_LOST, "the connection was lost");

  if (self->session->link != NULL)
    session_end_connection (self->session, error);
  begin_connection (self);
}

static void
hear_notice (Stay *self, const char *json)
{
  g_autoptr (ChatNotice) notice = chat_notice_parse (json, strlen (json), NULL);

  /* What comes behind the end of a connection is dropped. */
  if (notice != NULL && self->session->link != NULL)
    session_handle_notice (self->session, notice);
}

static void
hear_message (Stay *self, const char *line, gboolean history)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 4);
  g_autoptr (ChatDelivery) delivery = NULL;

  if (g_strv_length (words) != 4 || self->session->link == NULL)
    return;

  delivery = g_new0 (ChatDelivery, 1);
  delivery->history = history;
  delivery->seq = CLAMP (g_ascii_strtoll (words[0], NULL, 10), 0, CHAT_MAX_JSON_INTEGER);
  delivery->from = g_utf8_make_valid (words[1], -1);
  delivery->mid = *words[2] != '\0' ? g_utf8_make_valid (words[2], -1) : NULL;
  delivery->claims = chat_claims_parse (words[3], strlen (words[3]), NULL);
  if (delivery->claims == NULL)
    delivery->problem = g_strdup ("a reason");
  session_handle_delivery (self->session, delivery, NULL);
}

static void
send_text (Stay *self, const char *text, gboolean direct)
{
  ChatMember *bob = chat_member_list_find (self->session->members, "bob");
  ChatMessage *message;

  if (self->sent->len >= MAX_SENT || (direct && bob == NULL))
    return;

  message = chat_session_send (self->session, text, direct ? bob : NULL, NULL);
  if (message != NULL)
    g_ptr_array_add (self->sent, g_strdup (chat_message_get_mid (message)));
}

static char *
put_mids (Stay *self, const char *line)
{
  GString *result = g_string_new (line);

  for (guint i = 0; i < self->sent->len; i++)
    {
      const char sign[] = { '@', (char) ('1' + i), '\0' };

      g_string_replace (result, sign, g_ptr_array_index (self->sent, i), 0);
    }

  return g_string_free (result, FALSE);
}

static void
run_line (Stay *self, const char *raw)
{
  g_autofree char *line = put_mids (self, raw);
  const char *rest = line[0] != '\0' && line[1] == ' ' ? line + 2 : "";

  if (line[0] == 'n')
    hear_notice (self, rest);
  else if (line[0] == 'm' || line[0] == 'h')
    hear_message (self, rest, line[0] == 'h');
  else if (line[0] == 's' || line[0] == 'd')
    send_text (self, rest, line[0] == 'd');
  else if (line[0] == 'q')
    chat_session_request_history (self->session, 0, 0);
  else if (line[0] == 'l')
    chat_session_leave (self->session);
  else if (line[0] == 'r')
    lose_connection (self);
}

/* In the server's order, each message once, and our own that have no number yet at the end. */
static void
check_timeline (ChatTimeline *timeline)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (timeline));
  gint64 last = 0;

  for (guint i = n; i > 0; i--)
    {
      g_autoptr (ChatMessage) message = g_list_model_get_item (G_LIST_MODEL (timeline), i - 1);
      gint64 seq = chat_message_get_seq (message);

      g_assert_true (seq == 0 || last == 0 || seq <= last
                     || chat_timeline_get_epoch (timeline) > 0);
      if (seq != 0)
        last = seq;
      else
        g_assert_cmpint (last, ==, 0);
      if (chat_message_get_mid (message) != NULL
          && chat_message_get_state (message) != CHAT_MESSAGE_UNVERIFIED)
        g_assert_true (g_hash_table_add (seen, g_strdup_printf ("%s %s %" G_GINT64_FORMAT,
                                                                chat_message_get_mid (message),
                                                                chat_message_get_author (message),
                                                                seq)));
    }
}

static void
check (Stay *self)
{
  ChatSession *session = self->session;

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (session->members)), <=,
                    CHAT_MAX_MEMBERS);
  g_assert_cmpuint (chat_session_get_pending (session), <=, self->sent->len);
  g_assert_true (!chat_session_is_over (session) || chat_session_get_pending (session) == 0);
  g_assert_true ((chat_session_get_state (session) == CHAT_SESSION_OPEN)
                 <= (session->link != NULL && session->welcomed));
  check_timeline (session->timeline);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = fuzz_expand ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  Stay stay = { .sent = g_ptr_array_new_with_free_func (g_free) };

  stay.poller = chat_poller_new (NULL, NULL);
  stay.session = chat_session_new ("127.0.0.1", 5000, "alice", fuzz_get_private_key (),
                                   fuzz_get_public_key (1));
  stay.session->outbox = chat_outbox_new (fuzz_get_private_key (), fuzz_get_public_key (1),
                                          session_handle_outbound, stay.session);
  begin_connection (&stay);
  for (guint i = 0; lines[i] != NULL && i < MAX_LINES; i++)
    {
      run_line (&stay, lines[i]);
      check (&stay);
    }

  chat_session_close (stay.session);
  check (&stay);
  fuzz_run_loop ();
  g_object_unref (stay.session);
  g_object_unref (stay.poller);
  g_ptr_array_unref (stay.sent);

  return 0;
}
