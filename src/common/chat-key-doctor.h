/* The sentences of the key doctor. chat-key-file.h is what others use. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-key-form.h"
#include "chat-key-remedy.h"

G_BEGIN_DECLS

/* name is a path, or what stands for one. Each sets an error with a whole sentence: what is
 * wrong with the file, and a remedy, a command that can be pasted wherever one helps. */

/* The file could not be read; cause is of G_FILE_ERROR. */
void chat_key_doctor_explain_read (GError **error, const char *name, const ChatKeyWanted *wanted,
                                   const GError *cause);
/* It is not of the form that is wanted. */
void chat_key_doctor_explain_public_form (GError **error, const char *name,
                                          const ChatKeyWanted *wanted, ChatKeyForm form);
void chat_key_doctor_explain_private_form (GError **error, const char *name,
                                           const ChatKeyWanted *wanted, const char *text,
                                           gsize size, ChatKeyForm form);
/* It is, and is no key that we take; cause is of CHAT_KEY_ERROR, in short form. */
void chat_key_doctor_explain_public (GError **error, const char *name, const ChatKeyWanted *wanted,
                                     const GError *cause);
void chat_key_doctor_explain_private (GError **error, const char *name,
                                      const ChatKeyWanted *wanted, const GError *cause);

/* name as a word for a shell, quoted only where it must be. */
char *chat_key_doctor_quote (const char *name);

G_END_DECLS
