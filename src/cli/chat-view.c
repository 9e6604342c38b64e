/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-view.h"

G_DEFINE_INTERFACE (ChatView, chat_view, G_TYPE_OBJECT)

static void
chat_view_default_init (ChatViewInterface *iface)
{
}

/**
 * chat_view_note:
 * @self: a view
 * @note: what kind of sentence it is
 * @format: a format, and what belongs in it
 *
 * Tells a person something.
 */
void
chat_view_note (ChatView *self, ChatNote note, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  g_return_if_fail (CHAT_IS_VIEW (self));

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  CHAT_VIEW_GET_IFACE (self)->note (self, note, text);
}
