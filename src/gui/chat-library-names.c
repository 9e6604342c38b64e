/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-library-names.h"

#include <glib/gi18n-lib.h>

static void
set_name (GtkWidget *widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

static void
tooltip_cb (GtkWidget *widget)
{
  const char *tooltip = gtk_widget_get_tooltip_text (widget);

  set_name (widget, tooltip != NULL ? tooltip : "");
}

/**
 * chat_library_names_from_tooltips:
 * @widget: a widget, whose children have been made
 *
 * Gives each button and image in it that has a tooltip the same as accessible name, which GTK 4.8
 * does not; also when it changes, as that of the button that shows a passphrase does.
 */
void
chat_library_names_from_tooltips (GtkWidget *widget)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));

  if ((GTK_IS_BUTTON (widget) || GTK_IS_IMAGE (widget))
      && gtk_widget_get_tooltip_text (widget) != NULL)
    {
      g_signal_connect (widget, "notify::tooltip-text", G_CALLBACK (tooltip_cb), NULL);
      tooltip_cb (widget);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    chat_library_names_from_tooltips (child);
}

/* The other button of a toast has a label. */
static void
name_close_button (GtkWidget *toast)
{
  for (GtkWidget *child = gtk_widget_get_first_child (toast); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_BUTTON (child) && gtk_button_get_label (GTK_BUTTON (child)) == NULL)
      /* TRANSLATORS: what a screen reader calls the button that closes a short message */
      set_name (child, _("Close the message"));
}

static void
toasts_changed_cb (GListModel *children, guint position, guint n_removed, guint n_added)
{
  for (guint i = position; i < position + n_added; i++)
    {
      g_autoptr (GtkWidget) child = g_list_model_get_item (children, i);

      name_close_button (child);
    }
}

/**
 * chat_library_names_watch_toasts:
 * @toasts: where toasts are shown
 *
 * Gives the close button of each toast a name, when it is its turn to be shown.
 */
void
chat_library_names_watch_toasts (AdwToastOverlay *toasts)
{
  GListModel *children;

  g_return_if_fail (ADW_IS_TOAST_OVERLAY (toasts));

  children = gtk_widget_observe_children (GTK_WIDGET (toasts));
  g_signal_connect (children, "items-changed", G_CALLBACK (toasts_changed_cb), NULL);
  g_object_set_data_full (G_OBJECT (toasts), "conclave-children", children, g_object_unref);
}
