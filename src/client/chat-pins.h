/* By which key one knows each member of a room: whoever is seen for the first time is trusted, and
 * from then on another key is a change. Names are kept when their members leave, so that nobody
 * comes back as somebody else. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ChatPins:
 *
 * By which key one knows each member of a room: whoever is seen for the first time is trusted, and
 * from then on another key is a change. Names are kept when their members leave, so that nobody
 * comes back as somebody else.
 */
typedef struct _ChatPins ChatPins;

ChatPins *chat_pins_new (void);
void chat_pins_free (ChatPins *self);

guint chat_pins_get_size (ChatPins *self);
/* The nth name, and its keys: the present one first, NULL last. */
const char *chat_pins_get_name (ChatPins *self, guint n);
const char *const *chat_pins_get_kids (ChatPins *self, guint n);

/* The key of a name. (nullable) */
const char *chat_pins_find (ChatPins *self, const char *username);
/* Whether that is, or once was, the key of that name. */
gboolean chat_pins_knows (ChatPins *self, const char *username, const char *kid);

/* FALSE when the name has a key already, or there are too many names. */
gboolean chat_pins_learn (ChatPins *self, const char *username, const char *kid);
/**
 * ChatPinEnd:
 * @history: names the order; %NULL where that is not known
 * @seq: what has a larger number there was not signed with that key
 *
 * Where in the server's order an earlier key was given up.
 */
typedef struct
{
  const char *history;
  gint64 seq;
} ChatPinEnd;

/* Its key from now on; the one before is remembered as an earlier one that ends there. */
void chat_pins_accept (ChatPins *self, const char *username, const char *kid,
                       const ChatPinEnd *end);
/* FALSE when it is not an earlier key, or ended in another order. */
gboolean chat_pins_find_end (ChatPins *self, const char *username, const char *kid,
                             ChatPinEnd *end);
/* Whether an end with this order can be remembered. */
gboolean chat_pins_is_history (const char *history);
/* For a file: one more key that a name once had. FALSE when there are too many. */
gboolean chat_pins_add_earlier (ChatPins *self, const char *username, const char *kid,
                                const ChatPinEnd *end);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatPins, chat_pins_free)

G_END_DECLS
