/* All sockets of a process on one epoll set behind one GSource: a wake-up costs the same at 10 and at 10,000. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define CHAT_TYPE_POLLER (chat_poller_get_type ())
G_DECLARE_FINAL_TYPE (ChatPoller, chat_poller, CHAT, POLLER, GObject)

typedef struct _ChatPollerClient ChatPollerClient;

/* Called on the poller's main context. */
typedef void (*ChatPollerFunc) (GIOCondition condition, gpointer user_data);
typedef void (*ChatPollerFlushFunc) (gpointer user_data);

/* What a link embeds. A zeroed struct is a client that is not watched. */
struct _ChatPollerClient
{
  int fd;
  GIOCondition condition;
  ChatPollerFunc func;
  ChatPollerFlushFunc flush;
  gpointer user_data;
  guint dirty : 1;
  guint watched : 1;
  GList dirty_link;
};

ChatPoller *chat_poller_new (GMainContext *context, GError **error);
/* Watches for condition (G_IO_IN | G_IO_OUT; errors always), or changes what is watched. */
void chat_poller_watch (ChatPoller *self, ChatPollerClient *client, GIOCondition condition);
/* Forgets the client, before its descriptor is closed. Safe inside callbacks. */
void chat_poller_unwatch (ChatPoller *self, ChatPollerClient *client);
/* client->flush will be called once, before the loop next sleeps. */
void chat_poller_mark_dirty (ChatPoller *self, ChatPollerClient *client);
GMainContext *chat_poller_get_context (ChatPoller *self);

G_END_DECLS
