using System.Net;

namespace DeepClustering.Charts.Output;

/// <summary>A PNG as HTML.</summary>
internal static class PictureHtml
{
    /// <summary>The picture with its plain text for readers who do not see it.</summary>
    /// <param name="picture">The picture, whose <c>ToString</c> says what is in it.</param>
    /// <param name="hasText">False when no font was found to draw the labels with: the text is then shown below.</param>
    public static string Image(INotebookPicture picture, bool hasText)
    {
        string? text = WebUtility.HtmlEncode(picture.ToString());
        string image = $"<img src=\"data:image/png;base64,{Convert.ToBase64String(picture.Png.Span)}\" alt=\"{text}\" style=\"max-width:100%\">";
        return hasText ? image : $"{image}<pre>{text}</pre>";
    }
}
