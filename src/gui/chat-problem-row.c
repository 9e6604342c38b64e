/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-problem-row.h"

#include "chat-text.h"

struct _ChatProblemRow
{
  AdwPreferencesRow parent_instance;

  GtkLabel *label;

  char *text;
};

G_DEFINE_FINAL_TYPE (ChatProblemRow, chat_problem_row, ADW_TYPE_PREFERENCES_ROW)

static void
chat_problem_row_finalize (GObject *object)
{
  g_free (CHAT_PROBLEM_ROW (object)->text);

  G_OBJECT_CLASS (chat_problem_row_parent_class)->finalize (object);
}

static void
chat_problem_row_class_init (ChatProblemRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = chat_problem_row_finalize;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/conclave_chat/Conclave/chat-problem-row.ui");
  gtk_widget_class_bind_template_child (widget_class, ChatProblemRow, label);
}

static void
chat_problem_row_init (ChatProblemRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Where the terminal client aligns by blanks, letters here have different widths. */
static void
collapse_blanks (char *text)
{
  char *to = text;

  for (const char *from = text; *from != '\0'; from++)
    if (*from != ' ' || to == text || to[-1] != ' ')
      *to++ = *from;
  *to = '\0';
}

/**
 * chat_problem_row_set_text:
 * @self: a row
 * @text: (nullable): a sentence, perhaps with words of a server in it
 */
void
chat_problem_row_set_text (ChatProblemRow *self, const char *text)
{
  g_return_if_fail (CHAT_IS_PROBLEM_ROW (self));

  if (g_strcmp0 (self->text, text) == 0)
    return;

  g_free (self->text);
  self->text = text != NULL ? chat_text_make_safe (text, CHAT_TEXT_KEEP_LINES) : NULL;
  if (self->text != NULL)
    collapse_blanks (self->text);
  gtk_label_set_text (self->label, self->text != NULL ? self->text : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->text != NULL ? self->text : "", -1);
  gtk_widget_set_visible (GTK_WIDGET (self), self->text != NULL);
}

/**
 * chat_problem_row_get_text:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): what it says
 */
const char *
chat_problem_row_get_text (ChatProblemRow *self)
{
  g_return_val_if_fail (CHAT_IS_PROBLEM_ROW (self), NULL);

  return self->text;
}
