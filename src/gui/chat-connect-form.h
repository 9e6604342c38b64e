/* The form in which one says which room to enter, as whom, with which keys; each failure is told
 * at the field that it concerns. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-file-kind.h"
#include "chat-join-field.h"
#include "chat-profile.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_CONNECT_FORM (chat_connect_form_get_type ())
G_DECLARE_FINAL_TYPE (ChatConnectForm, chat_connect_form, CHAT, CONNECT_FORM, AdwBin)

/* Signals "connect": the button; "create-key": the other one. Property with notify "usable". */

gboolean chat_connect_form_is_usable (ChatConnectForm *self); /* all is there to connect */
ChatProfile *chat_connect_form_dup_profile (ChatConnectForm *self);
char *chat_connect_form_dup_username (ChatConnectForm *self); /* perhaps empty or wrong */
void chat_connect_form_show_profile (ChatConnectForm *self, const ChatProfile *profile);
void chat_connect_form_clear (ChatConnectForm *self);
/* kind: one of the two keys */
void chat_connect_form_set_key (ChatConnectForm *self, ChatFileKind kind, const char *path);

/* Told until that is changed, or told no more by chat_connect_form_show_failure (NULL). */
void chat_connect_form_show_failure (ChatConnectForm *self, ChatJoinField field,
                                     const char *sentence);
/* Concerns no field, and stays. nullable */
void chat_connect_form_set_notice (ChatConnectForm *self, const char *sentence);

/* The first field that is empty or wrong, or else the button. */
void chat_connect_form_focus (ChatConnectForm *self);
GtkWidget *chat_connect_form_get_button (ChatConnectForm *self);

G_END_DECLS
